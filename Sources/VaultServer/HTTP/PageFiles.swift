/// The page's files, which are part of the program.
enum PageFiles {
    struct File {
        let type: String
        let bytes: [UInt8]
    }

    static let page = File(type: "text/html; charset=utf-8", bytes: PackageResources.page_html)

    /// Of requests.
    static let collect = File(
        type: "text/html; charset=utf-8", bytes: PackageResources.collect_html)

    /// By the names under which the page asks for them.
    static let files: [String: File] = [
        "collect-strings.js": script(PackageResources.collect_strings_js),
        "collect.css": File(
            type: "text/css; charset=utf-8", bytes: PackageResources.collect_css),
        "collect.js": script(PackageResources.collect_js),
        "dom.js": script(PackageResources.dom_js),
        "first.js": script(PackageResources.first_js),
        "gallery.js": script(PackageResources.gallery_js),
        "link.css": File(type: "text/css; charset=utf-8", bytes: PackageResources.link_css),
        "link.js": script(PackageResources.link_js),
        "open.js": script(PackageResources.open_js),
        "seal.js": script(PackageResources.seal_js),
        "strings.js": script(PackageResources.strings_js),
    ]

    private static func script(_ bytes: [UInt8]) -> File {
        File(type: "text/javascript; charset=utf-8", bytes: bytes)
    }
}
