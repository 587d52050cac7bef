/** http://soundfile.sapp.org/doc/WaveFormat/ */
export interface WavFormat {
  /** 1: whole numbers, 3: floats, 6: A-law, 7: mu-law. */
  tag: number;
  channels: number;
  sampleRate: number;
  bytesPerSample: number;
}

/** 16-bit PCM of one channel, which every service accepts. */
export function speechFormat(sampleRate: number): WavFormat {
  return { tag: 1, channels: 1, sampleRate, bytesPerSample: 2 };
}

/** @param dataBytes undefined for a WAV that says nothing of its length */
export function wavHeader(
  { tag, channels, sampleRate, bytesPerSample }: WavFormat,
  dataBytes?: number,
): Buffer {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(dataBytes === undefined ? 0xffffffff : 36 + dataBytes, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(tag, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * bytesPerSample * channels, 28);
  header.writeUInt16LE(bytesPerSample * channels, 32);
  header.writeUInt16LE(bytesPerSample * 8, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(dataBytes ?? 0xffffffff, 40);
  return header;
}
