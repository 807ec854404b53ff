/** Which of Redis Cluster's 16,384 slots a storage key is in: CRC-16 (XMODEM) of its hash tag. */
const SLOTS = 16_384;
const POLYNOMIAL = 0x1021;

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
  return crc;
});

/** @param key made by `storageKey`: plain ASCII, its last part the hash tag in braces. */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  // An empty tag is none: then Redis hashes the whole key.
  const isTagged = open >= 0 && open < key.length - 2;
  const end = isTagged ? key.length - 1 : key.length;
  let crc = 0;
  for (let i = isTagged ? open + 1 : 0; i < end; i += 1) {
    crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ key.charCodeAt(i)] as number);
  }
  return crc % SLOTS;
}
