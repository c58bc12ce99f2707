/** The id of an OU or of the root (AWS Organizations API reference). */
export const OU = /^(?:ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$/
