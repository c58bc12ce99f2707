import type { Cloud } from './cloud.ts'
import { howToUse } from './keep.ts'
import { type Played, play } from './play.ts'
import { SCENES } from './scenes.ts'
import type { Screen } from './screen.ts'
import { type Subscriber, subscribe } from './subscriber.ts'
import { summarize } from './summary.ts'

type Setting = { readonly email: string; readonly screen: Screen }

/** Plays every scene and sums up. Answers what did not go as it must, empty where all is well. */
export async function show(cloud: Cloud, { email, screen }: Setting): Promise<readonly string[]> {
  const subscriber = await subscribe(cloud)
  const played: Played[] = []
  for (const scene of SCENES) played.push(await play(scene, { cloud, subscriber, screen, email }))
  const { lines, problems } = await summarize(played, cloud)
  for (const line of lines) screen.step(line)
  return problems
}

/** Says how to use the cloud, and goes on showing the mails of it, for as long as the process lives. */
export async function keepShowing(cloud: Cloud, { email, screen }: Setting): Promise<never> {
  for (const line of howToUse(cloud)) screen.line(line)
  const subscriber: Subscriber = await subscribe(cloud)
  for (;;) for (const { subject, text } of await subscriber.next()) screen.mail({ to: email, subject, text })
}
