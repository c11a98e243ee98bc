/// The page of a bundle, with room for what it says of itself and for its objects. Spec 11 §10.
package struct BundleTemplate: Hashable, Sendable {
    package var beforeHead: [UInt8]
    package var beforeObjects: [UInt8]
    package var end: [UInt8]

    package init(beforeHead: [UInt8], beforeObjects: [UInt8], end: [UInt8]) {
        self.beforeHead = beforeHead
        self.beforeObjects = beforeObjects
        self.end = end
    }
}
