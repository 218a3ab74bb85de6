// The line to the sandbox: events come in, acts go out and are answered.

const RETRY_MS = [300, 1000, 2000, 4000];
const GOING_AWAY = 1001;

/** An act that could not be done; the message is a sentence for the person. */
export class ActError extends Error {}

export class Feed {
  /** `onEvents` gets lists of events, `onState` one of "open", "lost", "ended". */
  constructor({ onEvents, onState, actsAs }) {
    this.onEvents = onEvents;
    this.onState = onState;
    this.actsAs = actsAs;
    this.token = new URLSearchParams(location.search).get("token") ?? "";
    this.asked = new Map();
    this.lastId = 0;
    this.failures = 0;
  }

  open() {
    const query = new URLSearchParams({ token: this.token });
    const person = this.actsAs();
    if (person) query.set("as", person);
    this.socket = new WebSocket(`ws://${location.host}/live?${query}`);
    this.socket.addEventListener("message", (message) => this.#take(JSON.parse(message.data)));
    this.socket.addEventListener("close", (event) => this.#closed(event.code));
  }

  /** Ask the sandbox for something and return its answer. */
  act(name, values = {}) {
    if (this.socket?.readyState !== WebSocket.OPEN) {
      return Promise.reject(new ActError("There is no connection to the sandbox."));
    }
    this.lastId += 1;
    const id = this.lastId;
    this.socket.send(JSON.stringify({ id, act: name, ...values }));
    return new Promise((resolve, reject) => this.asked.set(id, { resolve, reject }));
  }

  #take(frames) {
    const events = [];
    for (const frame of frames) {
      if (frame.event) events.push(frame);
      else this.#answer(frame, events);
    }
    if (events.length) this.#pass(events);
  }

  #answer(frame, events) {
    const asked = this.asked.get(frame.reply);
    this.asked.delete(frame.reply);
    // What happened before the answer is known before it.
    if (events.length) this.#pass(events.splice(0));
    if (!asked) return;
    if (frame.error) asked.reject(new ActError(frame.error));
    else asked.resolve(frame.result);
  }

  #pass(events) {
    if (this.failures >= 0 && events[0].event === "WELCOME") {
      this.failures = 0;
      this.onState("open");
    }
    this.onEvents(events);
  }

  #closed(code) {
    for (const asked of this.asked.values()) asked.reject(new ActError("The connection to the sandbox was lost."));
    this.asked.clear();
    const isOver = code === GOING_AWAY || this.failures >= RETRY_MS.length;
    this.onState(isOver ? "ended" : "lost");
    if (isOver) return;
    setTimeout(() => this.open(), RETRY_MS[this.failures]);
    this.failures += 1;
  }
}
