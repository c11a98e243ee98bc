#!/usr/bin/env python3
"""Runs a program on a terminal of its own and talks to it.

  session.py STEPS COMMAND ARGUMENT...

STEPS is JSON, a list of one-member objects, done in order:
  {"expect": "text"}     waits until the text was printed, after what was expected before
  {"send": "text"}       types
  {"echo": false}        the terminal must show, or not show, what is typed
  {"signal": "TERM"}     sends a signal to the program
  {"stopped": true}      waits until the program was stopped
  {"status": 0}          waits for the end
Prints the whole screen, then a line that says how it went; ends with 0 when all was as expected.
"""

import fcntl
import json
import os
import pty
import select
import signal
import sys
import termios
import time

steps, command = json.loads(sys.argv[1]), sys.argv[2:]
master, slave = pty.openpty()
child = os.fork()
if child == 0:
    # Some parents start programs from threads with blocked signals, which a program inherits.
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    os.close(master)
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for number in (0, 1, 2):
        os.dup2(slave, number)
    os.execvp(command[0], command)

screen, seen, status = b"", 0, None
deadline = time.monotonic() + 20


def look(seconds):
    """Takes what was printed; waits at most so long for something."""
    global screen
    if select.select([master], [], [], seconds)[0]:
        screen += os.read(master, 65536)


def finish(problem=None):
    sys.stdout.write(screen.decode("utf-8", "replace").replace("\r\n", "\n"))
    print(f"\nsession: {problem or 'as expected'}")
    if status is None:
        os.kill(child, signal.SIGKILL)
    sys.exit(1 if problem else 0)


def until(condition, what):
    while not condition():
        if time.monotonic() > deadline:
            finish(f"waited in vain for {what}")
        look(0.05)


def shows():
    return bool(termios.tcgetattr(slave)[3] & termios.ECHO)


def state(flags):
    done, how = os.waitpid(child, flags | os.WNOHANG)
    return how if done else None


for step in steps:
    (verb, value), = step.items()
    if verb == "expect":
        until(lambda: value.encode() in screen[seen:], repr(value))
        seen = screen.index(value.encode(), seen) + len(value.encode())
    elif verb == "send":
        os.write(master, value.encode())
    elif verb == "echo":
        until(lambda: shows() == value, f"echo {value}")
    elif verb == "signal":
        os.kill(child, getattr(signal, "SIG" + value))
    elif verb == "stopped":
        until(lambda: (how := state(os.WUNTRACED)) is not None and os.WIFSTOPPED(how), "a stop")
    elif verb == "status":
        found = []
        until(lambda: (how := state(0)) is not None and not found.append(how), "the end")
        look(0)
        status = os.waitstatus_to_exitcode(found[0])
        if status != value:
            finish(f"ended with {status}, not {value}")
    else:
        finish(f"step {verb!r} is none")
finish(None if shows() else "the terminal was left without echo")
