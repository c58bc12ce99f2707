/** The keys and values of `accountNames`. An account's name has at most 50 characters (AWS Account Management API reference). */
export const ACCOUNT_ID = /^\d{12}$/
export const ACCOUNT_NAME = /^(?=.*\S).{1,50}$/u
