import Testing

/// What PDQ's reference implementation says of pixels that `PDQTests` computes.
struct PDQReference: Sendable, CustomTestStringConvertible {
    let width: Int
    let height: Int
    let quality: UInt8
    /// As it is, then as spec 10 §7 orders the turns.
    let turns: [String]

    var testDescription: String { "\(width) × \(height)" }

    static let cases = [
        PDQReference(
            width: 64, height: 64, quality: 100,
            turns: [
                "699c39136d365b6c5b612a47965c7ad956994e9392b694b6db24c6241de47f80",
                "0e3c463ae501b544fd4bdda81fed07f481f3f0fd383e1c0fd38049c16470b23f",
                "3cc9b3b93863f1c60e3480edc309d47307cce439c7e33f1cce716c8e48b1dd2a",
                "5769ec90b0540eeea81e77824ab8ad4ed4a64a576d6bb6a5c6d5e36b31251895",
                "699cc6ec6d36a4935b61d5b8965c85265699b16c92b66a499b2439db1de4807f",
                "3cc96c4e38631e798e34ff12c3093f8c07cc1bc6c7e3c1e3ce71937148b12ad5",
                "023cb9cde5015bbbfd4b22d71fedf80b81f31f02383ee3f09380b63e64704dc0",
                "5769136ff054f111a81f89fd4ab852b1d4a6b5a86d6b495ac6d51c943125e76a",
            ]),
        PDQReference(
            width: 200, height: 133, quality: 100,
            turns: [
                "e25d887fa8d582d5aad58f8faf86afa8afa8bf8a2da2bf2a3d2805002d2a252a",
                "fdd07fff8158ffef0358fa809d00f8003fe007ff001107ff009203ff44100fff",
                "b7002afdd580287fd7912d2e5ed5052ad6dd072a70d517807855afaa507daf8a",
                "a885d555d42d5545560d55aecad552aa6ab5ad5555c6ad5555c7a9551545a555",
                "e2557fa880d57d2a82d47c7b0b80547f87a8527f258042d52d00feff0528fadf",
                "b700d502d580d780d781d2d35cd5fad5d4ddf8d550d5e87f78555055505d5075",
                "ffd08000abfb00586ffa07ff9fd007ff3fe0f80041bbf800c5dbfe004673fc00",
                "a8852aaad42daaba560dafd5cad5ad556ab552aa55465aaa55c756aa15455aaa",
            ]),
        PDQReference(
            width: 37, height: 301, quality: 100,
            turns: [
                "8be9b7ac37126328e7088e3e3c5ce07c0ffeffc00608ee302cf0f4380bf0ffc0",
                "8d04e6a27a4d9dba86d99102dce1073cc0c37c34d19cd861dfa4b87f24807fff",
                "debc9d066247c982b25d24b469096ad65aab556a535dc69a79655e925685d56a",
                "d8514c082f183710d38e3ba8a9b6ad96959ed69ea4cb72cb8af112d571d5d555",
                "8be9c85337329cd7e70871e13c5c3f830ffe803f0608b3cf6cf00bc70bf0803f",
                "debc62f96047367db25ddb4b690995295aab2a95535d19653925a16d54852a95",
                "cd5519557b5d624586db6efdfcf3f8c3c0cb83cbd59e279edfa4478024808000",
                "d811b3ff2f08c8efd38cc457a9b652699596296984c98d348af1ed2a71d52aaa",
            ]),
        PDQReference(
            width: 512, height: 512, quality: 100,
            turns: [
                "82a2567500000800775d8a2aaa2affffaaa2f6fffe29aaaa7955066ea0aaee3f",
                "8483b6b70909b69717b0f6be0b45f6f78182b6b78560b6f60820b6b68590bebe",
                "d5f7faef5555a2aa220822885f55d55dddd7f8cf417da2a02400a8aad5550cb9",
                "d3d61c1d5cdc1c3d43ed5c345e905c5dd4d71c1dd0371c5c5f751c1dd0c5141c",
                "80a2afaa0000f7ff775c77dd8a088808aa82a99a1c28f7fd7955fdff80a059ee",
                "d5f7050055555d552209dd775f552aa2ddd703304d7d5d5724015755d5d5f340",
                "87f349690bfb496817b94965cff5090881d2494cc7f749490f77494d87d74969",
                "d1d6e3e25c5ce3c242c5a38b5e10a3a2d4d5e3e2d035a3a35d65e3e2d0c4e3e3",
            ]),
        PDQReference(
            width: 5, height: 9, quality: 7,
            turns: [
                "9e27ce73ce73348d61d83c0f96a5f3f0695ac3709e278b62318c348dc0f0c637",
                "a373973c1c8c69d3e4b009dae271f6271b0e962de373973c1c8c69d2e4b109da",
                "cb7264d99b269e27348d96a5c3f0294a3c0f69dacb7221c864d99e2795a56c9d",
                "b6263c9649d9c279b1e5a370b7245c8d4e5b3c87b6263c9649d9c378b1e4a370",
                "9e27318cce73cb7261d8c3f096a52e0f695a3c8f9e27749d318ccb72c0f039c8",
                "cb721b269b2661d8348d695ac3f0d4b53c0f9625cb72de3764d961d895a59362",
                "e37369c31d8c972ce4b0f625e37109d81b0e69d2e37369c31c8c962de4b1f625",
                "b626c26949d93c86b1e55c8fb624a3724e5bc378b626c26949d93c87b1e45c8f",
            ]),
    ]
}
