/**
 * The head of an MP3 that names its chapters: ID3v2.3 (https://id3.org/id3v2.3.0) with the frames CHAP and CTOC
 * (https://id3.org/id3v2-chapters-1.0), which players of audiobooks and podcasts read.
 */
export interface SpokenChapter {
  title: string;
  start_seconds: number;
}

/** A table of contents counts its entries in one byte. */
export const MOST_CHAPTERS = 255;
/** Of the two offsets into the file: the times count. */
const NO_OFFSET = 0xff_ff_ff_ff;
/** It lists the whole file, in order. */
const TOP_AND_ORDERED = 3;

/** @param chapters in order of time, at most MOST_CHAPTERS. */
export function id3Head(title: string, chapters: SpokenChapter[], durationSeconds: number): Buffer {
  const ids = chapters.map((_, at) => `chp${at}`);
  const table = Buffer.concat([
    Buffer.from("toc\0"),
    Buffer.from([TOP_AND_ORDERED, chapters.length]),
    ...ids.map((id) => Buffer.from(`${id}\0`)),
  ]);
  const frames = Buffer.concat([
    frame("TIT2", text(title)),
    frame("CTOC", table),
    ...chapters.map((chapter, at) => {
      const end = chapters[at + 1]?.start_seconds ?? durationSeconds;
      const times = Buffer.alloc(16);
      times.writeUInt32BE(milliseconds(chapter.start_seconds), 0);
      times.writeUInt32BE(milliseconds(Math.max(end, chapter.start_seconds)), 4);
      times.writeUInt32BE(NO_OFFSET, 8);
      times.writeUInt32BE(NO_OFFSET, 12);
      const name = Buffer.from(`${ids[at]}\0`);
      return frame("CHAP", Buffer.concat([name, times, frame("TIT2", text(chapter.title))]));
    }),
  ]);
  const head = Buffer.from("ID3\u0003\0\0\0\0\0\0", "latin1");
  // Seven bits a byte, so that nothing in it looks like sound.
  for (let at = 0; at < 4; at += 1) head[9 - at] = (frames.length >> (7 * at)) & 0x7f;
  return Buffer.concat([head, frames]);
}

function frame(id: string, content: Buffer) {
  const head = Buffer.alloc(10);
  head.write(id, "latin1");
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, content]);
}

/** UTF-16 with its mark, the only one of this version that knows all scripts. */
function text(words: string) {
  return Buffer.concat([Buffer.from([1, 0xff, 0xfe]), Buffer.from(`${words}\0`, "utf16le")]);
}

function milliseconds(seconds: number) {
  return Math.min(NO_OFFSET - 1, Math.max(0, Math.round(seconds * 1000)));
}
