import CCage
import CVips
import Glibc
import VaultFormat

// Decodes pictures for its parent, over two pipes. Spec 10.

guard let options = Options(CommandLine.arguments.dropFirst()) else { exit(2) }
guard lt_vips_start() == 0 else { exit(4) }

let mark = options.mark ? Mark() : nil
var cage = lt_cage(memory: options.memory, landlock: options.landlock, seccomp: options.seccomp)
var caged = lt_caged()
guard lt_cage_enter(&cage, &caged) == 0 else { exit(3) }
let isProtected = caged.no_new_privileges && (caged.landlock_abi > 0 || caged.seccomp)
guard isProtected || options.unprotected else { exit(3) }

var protections: ImagerHello.Protections = []
if caged.landlock_abi > 0 { protections.insert(.landlock) }
if caged.seccomp { protections.insert(.seccomp) }
if caged.no_new_privileges { protections.insert(.noNewPrivileges) }
Channel.send(
    .hello, ImagerHello(protections: protections, landlockABI: caged.landlock_abi).encoded)
Worker.run(mark)
