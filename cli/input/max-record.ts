/** The longest record that is read, and the most that is decompressed inside one, in bytes. A record of CloudTrail has 256 KiB. */
export const MAX_RECORD = 16 * 1024 * 1024
