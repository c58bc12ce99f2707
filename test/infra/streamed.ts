import middy from '@middy/core'

/** What none of our functions does: an answer that is a stream of the web's, through the same middy. */
export const handler = middy({ streamifyResponse: true }).handler(async () => new Blob(['streamed']).stream())
