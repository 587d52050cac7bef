/** That can be named for a recording or a document, BCP 47. */
export const LANGUAGES = "en de fr es it pt nl pl ru uk tr ar hi zh ja ko".split(" ");
