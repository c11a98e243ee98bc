import Testing
import VaultFormat

@Suite("What is known of a picture, Spec 04 §12")
struct KnownFactsTests {
    private func own(_ local: Int64?, zone: Int16? = nil) -> PictureFacts {
        var facts = PictureFacts(kind: .jpeg)
        facts.taken = local.map { CaptureTime(local: $0, minutesEast: zone, source: .exif) }
        facts.place = Place(latitude: 1, longitude: 1)
        facts.caption = "own"
        facts.keywords = ["a", "b"]
        facts.rating = 1
        return facts
    }

    private func sidecar(_ kind: SidecarFacts.Kind, _ local: Int64?) -> SidecarFacts {
        var facts = SidecarFacts(kind: kind)
        facts.taken = local.map { SaidTime(local: $0, minutesEast: kind == .takeout ? 0 : nil) }
        facts.place = Place(latitude: 2, longitude: 2)
        facts.caption = "sidecar"
        facts.keywords = ["b", "c"]
        facts.rating = 2
        return facts
    }

    @Test("a person's word goes before a sidecar's, and that before the picture's")
    func order() {
        let edit = PictureEdit(
            taken: SaidTime(local: 9), place: Place(latitude: 3, longitude: 3), caption: "edit")
        let all = KnownFacts(look: own(5), sidecar: sidecar(.xmp, 7), edit: edit)
        #expect(all.taken?.local == 9 && all.taken?.source == .edit)
        #expect(all.place?.latitude == 3 && all.caption == "edit" && all.rating == 2)
        #expect(all.keywords == ["a", "b", "c"])
        let two = KnownFacts(look: own(5), sidecar: sidecar(.xmp, 7), edit: nil)
        #expect(two.taken?.local == 7 && two.taken?.source == .sidecar(.xmp))
        #expect(two.place?.latitude == 2 && two.caption == "sidecar")
        let one = KnownFacts(look: own(5), sidecar: nil, edit: nil)
        #expect(one.taken?.local == 5 && one.taken?.source == .picture(.exif))
        #expect(KnownFacts(look: nil, sidecar: nil, edit: nil).taken == nil)
    }

    @Test(
        "Takeout's moment in UTC gives the picture's own clock its zone, when it is the same moment"
    )
    func zones() {
        func taken(_ own: PictureFacts, _ said: Int64) -> KnownFacts.Taken? {
            KnownFacts(look: own, sidecar: sidecar(.takeout, said), edit: nil).taken
        }
        let same = taken(own(7_200), 0)
        #expect(same?.local == 7_200 && same?.minutesEast == 120 && same?.instant == 0)
        #expect(taken(own(7_200, zone: 120), 0)?.source == .picture(.exif))
        // Another zone, no whole quarter, too far: another moment, which somebody set in Takeout.
        for other in [
            taken(own(7_200, zone: 60), 0), taken(own(7_201), 0), taken(own(15 * 3_600), 0),
        ] {
            #expect(other?.local == 0 && other?.source == .sidecar(.takeout))
        }
    }
}
