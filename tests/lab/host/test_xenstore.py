"""Xenstore below /vm, as recorded on Xen 4.17: keys live as long as their domain."""

from __future__ import annotations

from reconciler.lab.host.host import LabHost
from tests.lab.host.nodes import bridge, create, make_host, run

UUID = "00000000-0000-4000-8000-000000000001"
MARK = f"/vm/{UUID}/reconciler"
MARKED = f"{bridge(701)}\n{create('exp-a', 1)}\nxenstore-write '{MARK}' 'xr:v1:lille:exp:0:7'\n"


def marked_host() -> LabHost:
    host = make_host()
    assert run(host, MARKED).status == 0
    return host


def marks(host: LabHost) -> str:
    return run(host, f"xenstore-read '{MARK}'\n").out


def test_without_a_domain_there_is_no_such_folder() -> None:
    ran = run(make_host(), "xenstore-ls -f /vm\n")
    assert (ran.out, ran.err, ran.status) == ("", "xenstore-ls: xs_directory (/vm): No such file or directory\n", 1)


def test_a_listing_shows_whole_paths_and_what_was_written_among_the_toolstacks_own() -> None:
    lines = run(marked_host(), "xenstore-ls -f /vm\n").out.splitlines()
    assert lines == sorted(lines)
    assert lines[0] == f'/vm/{UUID} = ""'
    assert f'{MARK} = "xr:v1:lille:exp:0:7"' in lines
    assert f'/vm/{UUID}/name = "exp-a"' in lines
    assert f'/vm/{UUID}/uuid = "{UUID}"' in lines


def test_a_mark_goes_with_its_domain() -> None:
    host = marked_host()
    run(host, "xl destroy exp-a\n")
    assert run(host, f"xenstore-read '{MARK}'\n").err == f"xenstore-read: couldn't read path {MARK}\n"
    run(host, create("exp-a", 1))
    assert marks(host) == ""


def test_a_renamed_domain_keeps_its_mark_and_one_that_is_made_anew_by_its_toolstack_does_not() -> None:
    host = marked_host()
    run(host, "xl rename exp-a exp-b\n")
    assert marks(host) == "xr:v1:lille:exp:0:7\n"
    host.break_("kill-domain", "exp-b")
    assert marks(host) == ""


def test_a_reboot_empties_it_and_keeps_files_under_var_lib() -> None:
    host = marked_host()
    run(host, "mkdir -p /var/lib/reconciler\ncat > /var/lib/reconciler/fence <<'XR_END'\nmark\nXR_END\n")
    host.reboot()
    assert marks(host) == ""
    assert run(host, "cat /var/lib/reconciler/fence\n").out == "mark\n"
    host.boot(host.images["debian-xen"])
    assert run(host, "cat /var/lib/reconciler/fence\n").status == 1


def test_it_is_kept_over_a_restart_of_the_lab() -> None:
    host, again = marked_host(), make_host()
    host.break_("neighbour", "10.0.0.1=52:54:00:00:00:01")
    again.load(host.dump())
    assert marks(again) == "xr:v1:lille:exp:0:7\n"
    assert again.neighbours == {"10.0.0.1": "52:54:00:00:00:01"}


def test_writing_makes_a_path_whether_or_not_there_is_such_a_domain() -> None:
    host = make_host()
    assert run(host, "xenstore-write '/vm/none/reconciler' 'x'\n").status == 0
    assert run(host, "xenstore-ls -f /vm\n").out == '/vm/none = ""\n/vm/none/reconciler = "x"\n'
    assert run(host, "xenstore-rm '/vm/none'\nxenstore-rm '/vm/none'\n").status == 0
    assert run(host, "xenstore-ls -f /vm\n").status == 1


def test_wrong_words_are_refused() -> None:
    host = make_host()
    assert run(host, "xenstore-write /vm/a\n").err.startswith("xenstore-write: Usage:")
    assert run(host, "xenstore-ls -q /vm\n").err == "xenstore-ls: invalid option -- 'q'\n"


def test_a_host_without_xen_has_no_xenstore() -> None:
    from tests.lab.host.nodes import PLAIN

    assert run(make_host(image=PLAIN), "xenstore-ls -f /vm\n").status == 127


def test_neighbours_are_shown_as_ip_does() -> None:
    host = make_host()
    assert run(host, "ip -j neigh show\n").out == "[]\n"
    host.break_("neighbour", "10.0.0.1=52:54:00:00:00:01")
    entry = '[{"dst":"10.0.0.1","dev":"eth0","lladdr":"52:54:00:00:00:01","state":["REACHABLE"]}]\n'
    assert run(host, "ip -j neigh show\n").out == entry
    assert run(host, "ip neigh show\n").out == "10.0.0.1 dev eth0 lladdr 52:54:00:00:00:01 REACHABLE \n"
