/** An error that a rule of the domain throws. Its message is written for people and never holds a secret. */
export class DomainError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}
