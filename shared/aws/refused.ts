/**
 * Whether AWS answered, and did nothing. False if the answer was lost, or the service failed while it may have done it.
 */
export const wasRefused = (error: unknown): boolean => {
  if (!(error instanceof Error) || !('$metadata' in error)) return false
  const { $metadata: metadata } = error
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return false
  const { httpStatusCode: status } = metadata
  return typeof status === 'number' && status >= 400 && status < 500
}
