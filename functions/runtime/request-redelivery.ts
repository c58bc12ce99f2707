/** Has the message delivered again while another delivery of it sends an alert. The next delivery sees whether that was sent. */
export const requestRedelivery = (): never => {
  throw new Error('another delivery of this message is alerting it')
}
