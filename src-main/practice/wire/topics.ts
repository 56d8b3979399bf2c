/** Who subscribed to what: finding the subscribers of a topic costs one look-up, however many sessions there are. */
export class Topics<Session> {
  readonly #byTopic = new Map<string, Set<Session>>();

  /** False when the session had it already. */
  add(topic: string, session: Session): boolean {
    const held = this.#byTopic.get(topic);
    if (held === undefined) {
      this.#byTopic.set(topic, new Set([session]));
      return true;
    }
    if (held.has(session)) return false;
    held.add(session);
    return true;
  }

  delete(topic: string, session: Session): void {
    const held = this.#byTopic.get(topic);
    held?.delete(session);
    if (held?.size === 0) this.#byTopic.delete(topic);
  }

  /** The session is gone. */
  drop(session: Session): void {
    for (const topic of [...this.#byTopic.keys()]) this.delete(topic, session);
  }

  /** At least one session, in order of subscription; `undefined` when there is none. */
  of(topic: string): ReadonlySet<Session> | undefined {
    return this.#byTopic.get(topic);
  }
}
