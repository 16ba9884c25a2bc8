"""`channelgraph token`: the token alone on standard output, and a word where it is good for nothing yet."""

from __future__ import annotations

from gateway.commands.token import run


def test_a_folder_that_had_no_key_is_told_of_once(tmp_path, capsys):
    run("cus_1", [], None, tmp_path, 60)
    first = capsys.readouterr()
    run("cus_1", [], None, tmp_path, 60)
    second = capsys.readouterr()
    assert first.out.count(".") == second.out.count(".") == 2
    assert str(tmp_path) in first.err
    assert second.err == ""
