"""The shell grammar: what is read, and that everything else is refused as a whole."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.lab.host.grammar import Errors, ShellSyntaxError, parse_script


def test_a_line_is_words_bare_or_quoted():
    (chain,) = parse_script("xl mem-set 'a name' 128m\n")
    assert chain.first.words == ("xl", "mem-set", "a name", "128m")


def test_heredoc_text_is_taken_as_it_is():
    (chain,) = parse_script("cat > /run/a.cfg <<'XR_END'\nname = \"$x\" # ; `a`\n\nXR_END\n")
    assert (chain.first.stdin, chain.first.target) == ('name = "$x" # ; `a`\n\n', "/run/a.cfg")


def test_the_order_of_redirections_decides_where_errors_go():
    (before,) = parse_script("xl list 2>&1 > /tmp/x")
    (after,) = parse_script("xl list > /tmp/x 2>&1")
    assert (before.first.errors, after.first.errors) == (Errors.STDOUT, Errors.TARGET)


def test_chains_keep_their_operators():
    (chain,) = parse_script("test -e /a && rm -f /a || exit 3")
    assert [operator for operator, _ in chain.rest] == ["&&", "||"]


def test_the_one_expansion_is_the_status_echo():
    (chain,) = parse_script('echo "#status $?"')
    assert chain.first.status_echo


@pytest.mark.parametrize(
    "script",
    [
        "echo $HOME",
        'echo "$HOME"',
        'echo "abc"',
        "echo `id`",
        "echo $(id)",
        "xl list | cat",
        "xl list ; xl list",
        "xl list &",
        "if true",
        "a=b",
        "for x in y",
        "cat < /etc/passwd",
        "cat >> /x",
        "cat 2> /x",
        "echo 'a",
        "echo a'b'",
        "echo a*",
        "echo ~",
        "echo #comment",
        "# comment",
        "cat <<XR_END\nx\nXR_END",
        "cat <<'OTHER'\nx\nOTHER",
        "cat <<'XR_END'\nnever ended",
        "&& true",
        "true &&",
        "> /x",
        "exec ls",
        "exec 8> /x",
        "ls 9> /x",
        "echo a\\nb",
        "echo \t a",
        "echo é",
    ],
)
def test_anything_else_is_refused(script):
    with pytest.raises(ShellSyntaxError, match=r"^\d+: Syntax error: "):
        parse_script(script + "\n")


def test_the_complaint_names_the_line():
    with pytest.raises(ShellSyntaxError, match=r"^3: "):
        parse_script("true\n\n(true)\n")


@given(st.text(max_size=200))
def test_no_text_makes_the_parser_fail_in_another_way(text):
    with contextlib.suppress(ShellSyntaxError):
        parse_script(text)
