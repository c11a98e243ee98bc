import Glibc
import VaultCommands

exit(Program.main())
