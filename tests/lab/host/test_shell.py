"""Running scripts: order, exit statuses, files, locks."""

import asyncio

import pytest

from tests.lab.host.nodes import make_host, run, run_later


def test_sections_and_statuses_come_out_in_order():
    ran = run(make_host(), "echo '#links'\ntest -e /none\necho \"#status $?\"\necho '#end'\n")
    assert ran.out == "#links\n#status 1\n#end\n"


def test_a_script_outside_the_grammar_does_nothing_at_all():
    host = make_host()
    ran = run(host, "mkdir -p /var/x\necho $(id)\n")
    assert (ran.status, host.files.exists("/var/x")) == (2, False)
    assert ran.err.startswith("/bin/sh: 2: Syntax error: ")


def test_unknown_commands_are_not_found():
    ran = run(make_host(), "true\nfoo --bar\n")
    assert (ran.err, ran.status) == ("/bin/sh: 2: foo: not found\n", 127)


def test_a_host_without_xen_has_no_xl():
    from tests.lab.host.nodes import PLAIN

    ran = run(make_host(image=PLAIN), "xl list\n")
    assert (ran.err, ran.status) == ("/bin/sh: 1: xl: not found\n", 127)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("true && echo a || echo b", "a\n"),
        ("test -e /none && echo a || echo b", "b\n"),
        ("true || echo a && echo b", "b\n"),
    ],
)
def test_and_and_or_run_from_left_to_right(line, said):
    assert run(make_host(), line).out == said


def test_exit_ends_the_script_with_its_number():
    ran = run(make_host(), "echo a\nexit 7\necho b\n")
    assert (ran.out, ran.status) == ("a\n", 7)


def test_set_e_ends_at_the_first_failure_that_nobody_tested():
    ran = run(make_host(), "set -e\ntest -e /none || echo tested\ntest -e /none\necho never\n")
    assert (ran.out, ran.status) == ("tested\n", 1)


def test_a_failing_first_part_of_a_chain_is_no_failure_of_set_e():
    assert run(make_host(), "set -e\ntest -e /none && echo x\necho on\n").out == "on\n"


def test_output_goes_to_a_file_and_can_be_read_back():
    assert run(make_host(), "echo one two > /root/x\ncat /root/x\nhead -n 1 /root/x\n").out == "one two\none two\n"


def test_a_file_needs_its_directory():
    ran = run(make_host(), 'echo x > /none/x\necho "#status $?"\n')
    assert ran.err == "/bin/sh: 1: cannot create /none/x: Directory nonexistent\n"
    assert ran.out == "#status 2\n"


def test_errors_can_be_merged_into_the_output():
    assert run(make_host(), "cat /none 2>&1\n").out == "cat: /none: No such file or directory\n"


def test_a_full_disk_leaves_the_file_cut_short():
    host = make_host()
    host.break_("disk-full")
    ran = run(host, "cat > /root/a.cfg <<'XR_END'\n0123456789\nXR_END\n")
    assert ran.err == "cat: write error: No space left on device\n"
    assert (ran.status, host.files.read("/root/a.cfg").text) == (1, "01234")


@pytest.mark.parametrize(
    ("line", "error", "status"),
    [
        ("head -n 1 /none", "head: cannot open '/none' for reading: No such file or directory\n", 1),
        ("cp /none /root/b", "cp: cannot stat '/none': No such file or directory\n", 1),
        (
            "cp --sparse=always /etc/grid5000/release /none/b",
            "cp: cannot create regular file '/none/b': No such file or directory\n",
            1,
        ),
        ("mv /none /root/b", "mv: cannot stat '/none': No such file or directory\n", 1),
        ("rm /none", "rm: cannot remove '/none': No such file or directory\n", 1),
        ("rm -f /root", "rm: cannot remove '/root': Is a directory\n", 1),
        ("mkdir /none/b", "mkdir: cannot create directory '/none/b': No such file or directory\n", 1),
        ("cat /root", "cat: /root: Is a directory\n", 1),
        ("test -q x", "test: this host knows -e, -f, -d and -s, and ! before them\n", 2),
        ("flock -w 1 9", "flock: 9: Bad file descriptor\n", 65),
        ("set -z", "/bin/sh: 1: set: Illegal option -z\n", 2),
    ],
)
def test_commands_fail_as_coreutils_do(line, error, status):
    ran = run(make_host(), line + "\n")
    assert (ran.err, ran.status) == (error, status)


def test_files_are_copied_moved_and_removed():
    script = (
        "mkdir -p /var/lib/x/y\ncp --sparse=always /boot/big.img /var/lib/x/y/d\nmv /var/lib/x/y/d /var/lib/x/e\n"
        "test -s /var/lib/x/e\nrm -f /var/lib/x/e /var/lib/none\n"
    )
    host = make_host()
    assert run(host, script).status == 0
    assert host.files.written == ()


def test_a_held_lock_makes_the_second_session_wait_and_then_give_up():
    async def both() -> tuple[int, int, int]:
        host = make_host(pace=1.0)
        take = "exec 9> /run/x.lock\nflock -w {} 9\n"
        first = asyncio.create_task(run_later(host, take.format(5) + "xl list\n" * 40))
        await asyncio.sleep(0.005)
        impatient = await run_later(host, take.format("0.01"))
        patient = await run_later(host, take.format(5))
        return (await first).status, impatient.status, patient.status

    assert asyncio.run(both()) == (0, 1, 0)


def test_opening_a_lock_file_is_not_a_change():
    host = make_host()
    run(host, "exec 9> /run/x.lock\nflock -n 9\ncat /etc/grid5000/release > /dev/null\n")
    assert host.counters.mutating == 0
    run(host, "mkdir -p /var/y\necho x > /root/x\n")
    assert host.counters.mutating == 2
