import { DomainError } from "../domain-error.ts";

/** No article has that id. */
export class ArticleNotFound extends DomainError {
  constructor() {
    super("There is no such article.");
  }
}

/** The article is no longer in the version that the change was meant for. */
export class ArticleChanged extends DomainError {
  constructor() {
    super("The article was changed by somebody else in the meantime.");
  }
}

/** The title or the author is not one line of visible text. */
export class ArticleRefused extends DomainError {
  constructor() {
    super("The title and the author must be one line of text each.");
  }
}

/** The article has no like of that id. */
export class LikeNotFound extends DomainError {
  constructor() {
    super("There is no such like of this article.");
  }
}

/** The like belongs to another user. */
export class LikeOfAnother extends DomainError {
  constructor() {
    super("This like belongs to another user.");
  }
}
