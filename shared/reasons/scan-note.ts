/** A remark for a reader of a page of a scan. */
export type ScanNote =
  /** EC2 gave some instances again. */
  | { readonly code: 'CAME_TWICE'; readonly instances: number }
  /** An empty page among others: instances may be missing. */
  | { readonly code: 'EMPTY_PAGE' }
  /** Reads that EC2 denied, in its words: facts of some findings stay unknown. */
  | { readonly code: 'FACTS_UNREAD'; readonly why: string }
