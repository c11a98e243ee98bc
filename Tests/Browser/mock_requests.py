"""The collecting half of the mock server (13)."""


class Collecting:
    def look_at_request(self, spelled, body):
        raise self.refuse(404, "gone")

    def put(self):
        raise self.refuse(404, "gone")
