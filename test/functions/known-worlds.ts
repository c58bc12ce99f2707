/** Worlds that once broke an invariant, as schedules: what, which, fate of each step. Each is played in every run. */
import type { Schedule } from '../support/simulation/drive.ts'

type Steps = readonly (readonly [number, number, number])[]

const createSchedule = (steps: Steps): Schedule => steps.map(([what, which, fate]) => ({ what, which, fate }))

const NOTHING = [0, 0, 0] as const

const nothing = (times: number): Steps => Array<Steps[number]>(times).fill(NOTHING)

/** Of two deliveries of one message the one that lost the outcome was done, and the other could not publish it. */
const LOST_WITH_ITS_SIBLING: Steps = [
  [57, 5677, 0],
  [79, 2100, 0],
  [79, 4248, 0],
  ...nothing(2),
  [75, 3091, 0],
  ...nothing(3),
  [79, 2759, 85],
  [45, 6160, 0],
  [79, 5658, 54],
  ...nothing(10),
  [0, 8880, 40],
]

/** A digest whose deliveries died one after the other, and were copied. */
const DIGEST_TAKEN_OVER: Steps = [
  ...nothing(2),
  [79, 9, 94],
  [75, 6914, 1],
  [0, 0, 78],
  ...nothing(2),
  [79, 2691, 98],
  [79, 9470, 6],
  [79, 498, 99],
  NOTHING,
  [79, 8749, 45],
  [0, 0, 70],
  [45, 0, 0],
  [0, 0, 70],
  ...nothing(3),
  [79, 4531, 34],
  [0, 0, 5],
]

/** Claimed on facts of a moment ago, and gone when the message came again. */
const GONE_WHEN_IT_CAME_AGAIN: Steps = [
  [54, 3997, 53],
  [28, 9553, 89],
  [98, 5877, 55],
  [67, 4835, 14],
  [44, 5592, 43],
  [3, 8847, 26],
  [39, 7486, 53],
  [99, 7338, 3],
  [5, 9, 3],
  [94, 7627, 5],
  [5, 4046, 21],
  [4, 609, 8],
  [3, 7725, 95],
  [58, 9986, 60],
  [93, 5109, 44],
  [84, 12, 56],
  [0, 8702, 86],
  [4, 6282, 8],
  [13, 7219, 83],
  [58, 2927, 3],
  [97, 2825, 23],
  [62, 320, 35],
  [66, 5981, 1],
  [5, 2043, 8],
  [26, 9748, 5],
  [4, 1189, 46],
  [40, 8817, 49],
  [32, 9998, 61],
  [99, 1610, 27],
  [74, 9, 0],
  [41, 4021, 99],
  [88, 5, 44],
  [97, 5243, 95],
  [98, 789, 98],
  [84, 376, 31],
  [35, 611, 75],
  [44, 93, 6],
  [0, 1901, 2],
  [94, 4, 11],
  [69, 1316, 1],
  [85, 8619, 37],
  [59, 3892, 73],
  [6, 4, 60],
  [36, 6293, 76],
  [92, 9989, 3],
  [76, 2, 10],
  [40, 7490, 97],
]

/** Two alerts promised a stop of one instance for one time; the second was confirmed when the schedule of the first was gone. */
const PROMISED_TWICE: Steps = [
  [45, 129, 0],
  [30, 0, 0],
  NOTHING,
  [30, 3324, 0],
  [0, 0, 85],
  [30, 0, 1],
  [57, 1289, 0],
  ...nothing(3),
  [57, 4466, 0],
  [0, 1655, 70],
  NOTHING,
  [45, 0, 0],
  [30, 1, 10],
  [0, 0, 85],
  [30, 1, 0],
  [79, 8904, 31],
  [79, 3476, 0],
  ...nothing(8),
]

/** The message of a stop that was made came again as the instance was started, and ended the promise of that start. */
const ENDED_BY_AN_EARLIER_MESSAGE: Steps = [
  [57, 4333, 0],
  [79, 0, 93],
  [75, 0, 85],
  [45, 2392, 0],
  [57, 0, 0],
  [79, 8462, 2],
  ...nothing(20),
]

/** A sweep promised a stop again and died, and a late record of the launch promised it in its place. */
const PROMISED_IN_PLACE_OF_A_SWEEP: Steps = [
  [45, 9974, 0],
  [79, 9912, 0],
  NOTHING,
  [30, 1, 0],
  [75, 0, 75],
  [45, 5, 0],
  [45, 0, 0],
  [79, 9518, 65],
  ...nothing(6),
  [79, 6622, 80],
  ...nothing(4),
  [79, 8019, 99],
]

export const KNOWN_WORLDS: readonly Schedule[] = [
  LOST_WITH_ITS_SIBLING,
  DIGEST_TAKEN_OVER,
  GONE_WHEN_IT_CAME_AGAIN,
  PROMISED_TWICE,
  ENDED_BY_AN_EARLIER_MESSAGE,
  PROMISED_IN_PLACE_OF_A_SWEEP,
].map(createSchedule)
