"""What is measured: the commands of each program, in one place.

In a command {bin} is the folder of our programs, {tools} that of the compiled helpers, {source} the
pictures, {store} the vault or repository, {target} an empty folder, {passphrase} a file, {one} a picture's
identifier. A job that a program does not have is left out.

  init       makes an empty store; not measured
  unlock     the cheapest command that opens the store: what it costs is taken off every other job, for the
             key derivation is meant to be dear
  import     everything is new
  unchanged  the same folder again
  list       every name
  find       prints JSON lines with "id", for {one}; not measured
  one        one picture to standard output
  verify     every byte
  export     everything into a folder
"""

PASSPHRASE = "a vault for the benchmark only 7391"
JOBS = ["import", "unchanged", "list", "one", "verify", "export"]
WRITES = {"import", "export"}

# Opened by the recovery code, which costs no key derivation: so nothing has to be taken off.
VAULT = ["--vault", "{store}", "--recovery-code-file", "{store}.code"]
LIGHTTIGHT = "{bin}/lighttight"

PEERS = {
    "floor": {
        "needs": "{tools}/floor",
        "import": ["{tools}/floor", "import", "{source}", "{store}"],
        "unchanged": ["{tools}/floor", "import", "{source}", "{store}"],
        "verify": ["{tools}/floor", "verify", "{store}"],
        "export": ["{tools}/floor", "export", "{store}", "{target}"],
    },
    "lighttight": {
        "needs": LIGHTTIGHT,
        "init": [LIGHTTIGHT, "init", "--vault", "{store}", "--passphrase-file", "{passphrase}",
                 "--recovery-code-out", "{store}.code"],
        "import": [LIGHTTIGHT, "import", "--no-look", *VAULT, "{source}"],
        "unchanged": [LIGHTTIGHT, "import", "--no-look", *VAULT, "{source}"],
        "list": [LIGHTTIGHT, "list", *VAULT],
        "find": [LIGHTTIGHT, "list", *VAULT, "--json"],
        "one": [LIGHTTIGHT, "cat", *VAULT, "{one}"],
        "verify": [LIGHTTIGHT, "verify", *VAULT],
        "export": [LIGHTTIGHT, "export", *VAULT, "--all", "--to", "{target}"],
    },
    "borg": {
        "needs": "borg",
        "env": {"BORG_PASSPHRASE": PASSPHRASE, "BORG_BASE_DIR": "{home}",
                "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes"},
        "init": ["borg", "init", "--encryption=repokey-blake2", "{store}"],
        "unlock": ["borg", "list", "{store}"],
        "import": ["borg", "create", "--compression=none", "{store}::one", "{source}"],
        "unchanged": ["borg", "create", "--compression=none", "{store}::two", "{source}"],
        "list": ["borg", "list", "--short", "{store}::one"],
        "verify": ["borg", "check", "--verify-data", "{store}"],
        "export": ["sh", "-c", 'cd "$1" && exec borg extract "$2::one"', "sh", "{target}", "{store}"],
    },
    "restic": {
        "needs": "restic",
        "env": {"RESTIC_PASSWORD": PASSPHRASE, "RESTIC_CACHE_DIR": "{home}"},
        "init": ["restic", "--quiet", "init", "--repo", "{store}"],
        "unlock": ["restic", "--quiet", "--no-lock", "--repo", "{store}", "cat", "config"],
        "import": ["restic", "--quiet", "--repo", "{store}", "backup", "{source}"],
        "unchanged": ["restic", "--quiet", "--repo", "{store}", "backup", "{source}"],
        "list": ["restic", "--quiet", "--no-lock", "--repo", "{store}", "ls", "latest"],
        "verify": ["restic", "--quiet", "--repo", "{store}", "check", "--read-data"],
        "export": ["restic", "--quiet", "--repo", "{store}", "restore", "latest", "--target",
                   "{target}"],
    },
}
# Measured against these in every round; the others, which take longer, in as many as --peer-rounds says.
EVERY_ROUND = {"floor", "lighttight"}
