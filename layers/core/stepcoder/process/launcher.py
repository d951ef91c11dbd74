"""Makes a program die with the process that started it. Runs as a script in a fresh interpreter, never imported.

Only the child itself can ask Linux for this (PR_SET_PDEATHSIG). A preexec_fn would run Python between fork and exec,
which can deadlock in a process with threads; this costs some 15 ms instead. The setting survives exec.

Arguments: the parent's process id, PATH for the program, the program, its arguments.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1

parent, path, program, *arguments = sys.argv[1:]
ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
if os.getppid() != int(parent):  # the parent died before we asked
    os._exit(1)
os.execve(program, [program, *arguments], {"PATH": path})  # noqa: S606
