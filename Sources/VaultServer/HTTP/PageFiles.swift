/// The page's files, which are part of the program.
enum PageFiles {
    struct File {
        let type: String
        let bytes: [UInt8]
    }

    static let page = File(type: "text/html; charset=utf-8", bytes: PackageResources.page_html)

    /// By the names under which the page asks for them.
    static let files: [String: File] = [
        "link.js": script(PackageResources.link_js),
        "link.css": File(type: "text/css; charset=utf-8", bytes: PackageResources.link_css),
    ]

    private static func script(_ bytes: [UInt8]) -> File {
        File(type: "text/javascript; charset=utf-8", bytes: bytes)
    }
}
