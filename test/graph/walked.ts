/** Mixers whose states are walked token by token: calls by name, and their definitions. */
export const walkedMixers: Readonly<Record<string, string>> = {
  "an Elman cell": "elman()",
  "a GRU": "gru()",
  "an LSTM": "lstm(cells: 6)",
  "a matrix whose slots compete": "competing(slots: 3)",
  "a walked state between two recurrences": "between(slots: 3)",
  "a state that a walk asks": "asked(slots: 3)",
};

export const walkedDefinitions = `
mixer elman() {
  state hidden[width] = tanh(linear(x, width) + linear(hidden, width))
  out = linear(hidden, width) * sigmoid(previous(hidden))
}
mixer gru() {
  update = sigmoid(linear(x, width) + linear(previous(hidden), width))
  reset  = sigmoid(linear(x, width) + linear(previous(hidden), width))
  state hidden[width] = (1 - update) * hidden + update * tanh(linear(x, width) + linear(reset * hidden, width))
  out = hidden
}
mixer lstm(cells: axis) {
  keep  = sigmoid(linear(x, cells) + linear(previous(shown), cells))
  write = sigmoid(linear(x, cells) + linear(previous(shown), cells))
  show  = sigmoid(linear(x, cells) + linear(previous(shown), cells))
  state cell[cells] = keep * cell + write * tanh(linear(x, cells) + linear(previous(shown), cells))
  state shown[cells] = show * tanh(cell)
  out = linear(shown, width)
}
mixer competing(slots: axis) {
  param start[slots] = normal(1)
  share = softmax(start + sum(previous(bank) * linear(x, width), width), slots)
  turned = rotary(rms_norm(previous(bank), width), width)
  state bank[slots, width] = bank + share * (tanh(linear(x, width)) - dropout(turned)) / (1 + position)
  out = sum(share * bank, slots) + mean(bank, slots) / count
}
mixer between(slots: axis) {
  key = softmax(linear(x, slots), slots)
  state bank[slots, width] = 0.9 * bank + key * linear(x, width)
  seen = sum(linear(x, slots) * bank, slots)
  state hidden[width] = tanh(seen + convolve(linear(x, width), 3) + hidden * linear(hidden, width))
  state sums[slots, width] = sigmoid(sum(hidden, width)) * sums + key * hidden
  out = sum(key * sums, slots)
}
mixer asked(slots: axis) {
  state bank[slots, width] = 0.8 * bank + softmax(linear(x, slots), slots) * linear(x, width)
  state hidden[width] = tanh(linear(x, width) + sum(softmax(linear(hidden, slots), slots) * bank, slots))
  out = hidden + sum(linear(x, slots) * bank, slots)
}
`;
