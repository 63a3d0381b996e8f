/** A connection between two ranks. In: a socket. Out: messages, one a line of JSON; what comes before anyone asks for it waits. */
import type { Socket } from "node:net";

export type Message =
  /** The first word of a rank to rank 0. */
  | { readonly kind: "hello"; readonly protocol: number; readonly rank: number; readonly size: number }
  | { readonly kind: "value"; readonly value: unknown }
  /** Please stop. */
  | { readonly kind: "stop" }
  /** All is done; the connection ends now. */
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly code: string; readonly message: string; readonly blame: "input" | "machine"; readonly reason?: string; readonly hint?: string };

/** Longest line: values are digests, numbers and NCCL's identifier. */
const longest = 2 ** 20;

export interface LinkEvents {
  onMessage(message: Message): void;
  /** The other side is gone, or sent what is no message. */
  onClosed(reason: string): void;
}

export class Link {
  private events: LinkEvents | null = null;
  private readonly early: Message[] = [];
  private text = "";
  private closed: string | null = null;

  constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    // A machine that lost its power closes nothing.
    socket.setKeepAlive(true, 10_000);
    socket.setEncoding("utf8");
    let reason = "it closed the connection";
    socket.on("error", (error) => (reason = error.message));
    socket.on("data", (text) => this.take(String(text)));
    socket.on("close", () => this.end(reason));
  }

  /** What came before is told at once. */
  listen(events: LinkEvents): void {
    this.events = events;
    while (this.events && this.early.length > 0) this.events.onMessage(this.early.shift()!);
    if (this.closed !== null) this.events?.onClosed(this.closed);
  }

  /** The next message alone, or why none will come. */
  next(): Promise<Message | string> {
    return new Promise((resolve) => {
      this.listen({
        onMessage: (message) => {
          this.events = null;
          resolve(message);
        },
        onClosed: resolve,
      });
    });
  }

  send(message: Message): void {
    if (this.closed === null && !this.socket.destroyed) this.socket.write(`${JSON.stringify(message)}\n`);
  }

  /** Sends what is still to be sent. */
  finish(): void {
    this.events = null;
    this.socket.end();
    // A rank that has left keeps no process alive.
    this.socket.unref();
  }

  destroy(): void {
    this.events = null;
    this.socket.destroy();
  }

  private take(text: string): void {
    this.text += text;
    for (let end = this.text.indexOf("\n"); end >= 0; end = this.text.indexOf("\n")) {
      const message = messageOf(this.text.slice(0, end));
      this.text = this.text.slice(end + 1);
      if (!message) return this.refuse();
      if (this.events) this.events.onMessage(message);
      else this.early.push(message);
    }
    if (this.text.length > longest) this.refuse();
  }

  private refuse(): void {
    this.end("it sent what is no message of msz");
    this.socket.destroy();
  }

  private end(reason: string): void {
    if (this.closed !== null) return;
    this.closed = reason;
    this.events?.onClosed(reason);
  }
}

function messageOf(line: string): Message | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === "object" && value !== null && typeof (value as { kind?: unknown }).kind === "string" ? (value as Message) : undefined;
  } catch {
    return undefined;
  }
}
