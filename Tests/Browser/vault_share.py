#!/usr/bin/env python3
"""What `run.py --share` is given to make shares with the program itself, of a vault of its own.

    LIGHTTIGHT=.build/debug/lighttight run.py --share Tests/Browser/vault_share.py
        --serve 'lighttight share serve --shares {shares} --listen 127.0.0.1:{port}'

The vault is the folder that `--shares` lies in. Arguments are those of mock_share.py; what a file
is, and how large, the vault finds out itself.
"""

import argparse, json, os, subprocess, sys  # noqa: E401

PASSPHRASE = "a passphrase for tests, of no worth"


def run(vault, *arguments):
    """The program's JSON lines."""
    environment = {**os.environ, "HOME": vault + ".home", "XDG_STATE_HOME": vault + ".home",
                   "LIGHTTIGHT_PASSPHRASE_FILE": vault + ".passphrase", "LIGHTTIGHT_VAULT": vault}
    done = subprocess.run([os.environ["LIGHTTIGHT"], *arguments, "--json"], env=environment,
                          check=True, stdout=subprocess.PIPE)
    return [json.loads(line) for line in done.stdout.splitlines()]


def prepare(vault):
    os.makedirs(vault + ".home", exist_ok=True)
    with open(os.open(vault + ".passphrase", os.O_WRONLY | os.O_CREAT, 0o600), "w",
              encoding="utf-8") as file:
        file.write(PASSPHRASE)
    run(vault, "init", "--cost", "insecure-for-tests", "--no-recovery-code")


def imported(vault, given):
    """The IDs of the pictures that are named."""
    paths = [item.split("=")[0] for item in given.items]
    run(vault, "import", "--no-look", *paths)
    found = {place["path"]: row["id"] for row in run(vault, "list")
             if row["message_type"] == "picture" for place in row["occurrences"]}
    return [found[os.path.basename(path)] for path in paths]


def create(vault, given):
    options = ["--original", "--base", given.base, "--expires", f"{-(-given.seconds // 60)}m"]
    for name in ("views", "note", "password_file"):
        if value := getattr(given, name):
            options += ["--" + name.replace("_", "-"), str(value)]
    made = run(vault, "share", "create", *options, *imported(vault, given))
    share = next(row for row in made if row["message_type"] == "share")
    print(json.dumps({"link": share["link"], "name": share["name"]}))


def bundle(vault, given):
    options = ["--original", "--out", given.out, "--password-file", given.password_file]
    if given.note:
        options += ["--note", given.note]
    run(vault, "share", "bundle", *options, *imported(vault, given))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=("prepare", "create", "bundle", "revoke"))
    parser.add_argument("--shares", required=True)
    for name in ("--base", "--note", "--out", "--password-file"):
        parser.add_argument(name)
    for name in ("--views", "--seconds"):
        parser.add_argument(name, type=int, default=None if name == "--views" else 3600)
    parser.add_argument("--original", action="store_true")
    parser.add_argument("items", nargs="*")
    given = parser.parse_intermixed_args()
    vault = os.path.dirname(os.path.abspath(given.shares))
    if given.command == "prepare":
        prepare(vault)
    elif given.command == "create":
        create(vault, given)
    elif given.command == "bundle":
        bundle(vault, given)
    else:
        run(vault, "share", "revoke", *given.items)


if __name__ == "__main__":
    sys.exit(main())
