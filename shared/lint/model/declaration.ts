import type { ImageFacts, Resource } from '../../facts/facts.ts'

/** Where a fact of an image was read. */
export type FactSource = 'plan' | 'template' | 'cache' | 'name' | 'live'
export type FactSources = Readonly<Partial<Record<keyof ImageFacts, FactSource>>>

export type DeclaredImage = {
  /** Its id, or the address of what makes it. Absent if neither is known. */
  readonly name?: string
  readonly facts: ImageFacts
  readonly sources: FactSources
}

/** A side of a pair that the file leaves open, and how to learn it, as a sentence. */
export type OpenSide = {
  readonly side: 'image' | 'type'
  readonly hint: string
  /** What the word IMAGE in the hint stands for. */
  readonly imageId?: string
}

/** An image and a type that can really be launched together. */
export type DeclaredPair = {
  readonly image: DeclaredImage
  /** Absent if it is open, left or chosen. */
  readonly instanceType?: string
  readonly open: readonly OpenSide[]
  /** The sides that this declaration leaves to whoever launches by it: they are evaluated there. */
  readonly left: readonly OpenSide['side'][]
  /** EC2 chooses the type by requirements, and chooses only one that takes the image. */
  readonly isTypeChosen?: true
  /** A tool chooses the image by the type, and chooses only one that the type takes. */
  readonly isImageChosen?: true
  /** The type that the instance has, if it is resized in place. */
  readonly resizedFrom?: string
}

export type DeclarationPlace = {
  /** As the format addresses it: `module.a.aws_instance.web[0]`. */
  readonly address: string
  readonly line?: number
  readonly construct?: string
}

/** An exemption that a resource has in its own metadata. */
export type DeclaredExemption = {
  /** A rule's id. */
  readonly rule: string
  readonly reason: string
  readonly owner: string
  /** The last day on which it counts, in UTC: YYYY-MM-DD. */
  readonly expires: string
}

type Declared = {
  readonly place: DeclarationPlace
  readonly resourceType: Resource['type']
  readonly accountId?: string
  readonly region?: string
  readonly exemptions?: readonly DeclaredExemption[]
}

/** What a reader makes of a file, whatever its format: plain data, without a verdict. */
export type Declaration =
  | (Declared & { readonly kind: 'launch'; readonly pairs: readonly DeclaredPair[] })
  | (Declared & { readonly kind: 'image'; readonly image: DeclaredImage })

/** The declarations of a file, or why there are none and what to do. */
export type FileReading =
  | {
      readonly declarations: readonly Declaration[]
      /** What is worth a line, and hinders nothing. */
      readonly notices?: readonly string[]
    }
  /** `isForeign`: it is whole, and of no form that declares launches. */
  | { readonly unreadable: string; readonly isForeign?: true }
