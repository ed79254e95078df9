/**
 * Gives one idempotency key to each thing that a person asks for: asking again for the same, by a second click or after an
 * answer that was lost, has the same key and so gives the same archive. Another input is another intent.
 */
export class Intent {
  #input: string | undefined;
  #key = "";

  /** @param input all that was entered, in a fixed form. */
  keyFor(input: string): string {
    if (input !== this.#input) {
      this.#input = input;
      this.#key = crypto.randomUUID();
    }
    return this.#key;
  }
}
