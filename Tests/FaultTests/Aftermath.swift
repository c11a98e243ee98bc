import Foundation
import TestProcesses
import Testing

/// What must hold after an operation was stopped in the middle.
struct Aftermath {
    let course: Course
    let stage: Stage
    let when: Comment
    private var operation: Operation { course.operation }

    init(_ course: Course, _ stage: Stage, _ when: String) {
        self.course = course
        self.stage = stage
        self.when = Comment(rawValue: when)
    }

    /// - Parameter ended: how the operation ended that was stopped or failed.
    func check(_ ended: Ended) async throws {
        // Before anything else, for every other command would bring up the second copy.
        if operation.isPurge, ended.status == 0 {
            try stage.requireNowhere(course.doomedKeys, when)
        }
        if operation.isInit {
            try await checkInit(ended)
        } else {
            try await stage.requireSound(when: when)
            try await checkState(ended)
            try await checkPictures(ended)
        }
        try stage.requireNoCanary()
        let again = try await rerun()
        #expect(again.status == 0, "\(when): again: \(again.told)")
        #expect(try await stage.state() == course.after, "\(when): after running it again")
        try await stage.requireSound(when: when)
        if operation.isPurge { try stage.requireNowhere(course.doomedKeys, when) }
        if operation.isBackup { try await checkCopy() }
        // What a whole run leaves is searched after every other test, and takes its time.
        if Course.isLong { try stage.requireNoCanary() }
    }

    private func rerun() async throws -> Ended {
        guard operation.isInit else { return try await operation.run(stage) }
        // A vault that is there is complete; the file for the code is never overwritten.
        let status = try await stage.lighttight(["status"])
        if status.status == 0 { return status }
        _ = try await stage.shell("rm -f code")
        return try await operation.run(stage)
    }

    /// No vault yet, or a whole one that opens.
    private func checkInit(_ ended: Ended) async throws {
        let status = try await stage.lighttight(["status"])
        // 13: the folders are there, and the records, which come last, are missing.
        #expect([0, 10, 13].contains(status.status), "\(when): \(status.told)")
        if ended.status == 0 { #expect(status.status == 0, "\(when): \(status.told)") }
        guard status.status == 0 else { return }
        try await stage.requireSound(when: when)
        #expect(try await stage.state().lines.isEmpty)
    }

    private func checkState(_ ended: Ended) async throws {
        let state = try await stage.state()
        let before = try #require(course.before)
        if operation.isImport {
            // A long import commits in parts; each picture is in it wholly or not at all.
            #expect(state.lines.isSuperset(of: before.lines), "\(when): lost by \(state)")
            #expect(state.lines.isSubset(of: course.after.lines), "\(when): half of \(state)")
        } else {
            #expect(state == before || state == course.after, "\(when): half done: \(state)")
        }
        if ended.status == 0 { #expect(state == course.after, "\(when): reported, but \(state)") }
        if operation.isBackup, FileManager.default.fileExists(atPath: stage.copy) {
            let status = try await stage.lighttight(["status", "--vault", stage.copy])
            // A first copy that is not complete is no vault yet; a copy that was one stays one.
            let isNew = operation.fixture == .full
            #expect(
                status.status == 0 || isNew && [10, 13].contains(status.status),
                "\(when): \(status.told)")
            if status.status == 0 {
                try await stage.requireSound(stage.copy, when: "\(when), the copy")
            }
        }
    }

    /// Every picture comes out as it was; none that was reported is missing.
    private func checkPictures(_ ended: Ended) async throws {
        let out = stage.work + "/out"
        let export = try await stage.lighttight(["export", "--quiet", "--all", "--to", out])
        #expect(export.status == 0, "\(when): \(export.told)")
        let sources = try Fixtures.sources.get().work
        for name in ["base", "a", "b"] {
            for file in try files(below: sources + "/" + name) {
                let path = "/" + name + "/" + file
                let there = FileManager.default.fileExists(atPath: out + path)
                if there {
                    #expect(
                        FileManager.default.contentsEqual(
                            atPath: sources + path, andPath: out + path), "\(when): \(path)")
                } else if operation.isMove {
                    #expect(
                        FileManager.default.contentsEqual(
                            atPath: sources + path, andPath: stage.work + path)
                            || name == "base" && !there, "\(when): moved away and lost: \(path)")
                }
            }
        }
        guard operation.isImport else { return }
        for line in try JSONLine.all(in: ended.outputText) where line.type == "file" {
            let action = line.object["action"] as? String
            guard action == "imported" || action == "duplicate" else { continue }
            let path = try #require(line.object["path"] as? String)
            let name = path.split(separator: "/").suffix(2).joined(separator: "/")
            #expect(
                FileManager.default.contentsEqual(
                    atPath: sources + "/" + name, andPath: out + "/" + name),
                "\(when): reported and not there: \(name)")
        }
    }

    private func checkCopy() async throws {
        let state = try await stage.state(of: stage.copy)
        #expect(state == course.after, "\(when): the copy says \(state)")
        try await stage.requireSound(stage.copy, when: "\(when), the copy, after running it again")
    }

    private func files(below folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
    }
}
