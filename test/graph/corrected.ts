/** A mixer of class corrected, as a text: two corrections along different axes, a decay along the key, reads of the old and of the new state. */
export const correctedDefinition = `mixer corrected(slots: axis) {
  key   = tanh(linear(source, slots))
  value = tanh(linear(source, width))
  other = softmax(linear(source, slots), slots)
  state bank[slots, width] = sigmoid(linear(source, slots)) * bank - other * sum(key * bank, slots) - value * sum(value * bank, width) / 8 + key * value
  out = sum(linear(x, slots) * previous(bank), slots) + sum(other * bank, slots)
}`;
