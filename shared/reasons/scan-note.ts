/** What a reader should know of a page of a scan. */
export type ScanNote =
  /** EC2 gave some instances again. */
  | { readonly code: 'CAME_TWICE'; readonly instances: number }
  /** An empty page among others: instances may be missing. */
  | { readonly code: 'EMPTY_PAGE' }
  /** What EC2 did not let us read, in its words: facts of some findings stay unknown. */
  | { readonly code: 'FACTS_UNREAD'; readonly why: string }
