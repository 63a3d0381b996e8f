/**
 * Keeps a synchronous call's chatter off standard error. Dawn and the Vulkan loader print there from C++ while they look
 * for drivers, past every hook of Node's; the user is to see one line of ours instead.
 */
import koffi from "koffi";

export function quietly<T>(work: () => T): T {
  const restore = redirectStandardError();
  try {
    return work();
  } finally {
    restore();
  }
}

/** Nothing of JavaScript's runs in between, so no line of the program's own is lost. */
function redirectStandardError(): () => void {
  if (process.platform === "win32") return () => undefined;
  try {
    const c = koffi.load(null);
    const open = c.func("int open(const char *path, int flags)");
    const dup = c.func("int dup(int file)");
    const dup2 = c.func("int dup2(int file, int other)");
    const close = c.func("int close(int file)");
    const writeOnly = 1;
    const nowhere = open("/dev/null", writeOnly) as number;
    const kept = nowhere < 0 ? -1 : (dup(2) as number);
    if (kept < 0) return () => undefined;
    dup2(nowhere, 2);
    close(nowhere);
    return () => {
      dup2(kept, 2);
      close(kept);
    };
  } catch {
    return () => undefined;
  }
}
