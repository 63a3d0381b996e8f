/** Spec texts that parse: the examples of the language's description and of its standard mixers, and corners of the syntax. */

export interface Example {
  readonly name: string;
  readonly text: string;
}

export const examples: readonly Example[] = [
  {
    name: "hybrid.msz",
    text: `// Three flat-memory layers, then one that remembers every token; repeated twice.
use "mixers.msz"

let hidden = 4 * 192

model Hybrid {
  vocabulary = 300
  width      = 192
  context    = 512
  positions  = none

  layers 3 {
    gated_delta(heads: 6)
    feed_forward(hidden: hidden, activation: silu, gated: true)
  }
  layers 1 {
    attention(heads: 6)
    feed_forward(hidden: hidden, activation: silu, gated: true)
  }
  layers 3 {
    retention(heads: 6)
    feed_forward(hidden: hidden, activation: silu, gated: true)
  }
  layers 1 {
    attention(heads: 6)
    feed_forward(hidden: hidden, activation: silu, gated: true)
  }
}
`,
  },
  {
    name: "mixers.msz",
    text: `// How the standard mixers are written. Each is for one token; axes have names.

/// MemSizer (Zhang & Cai, 2022): learned keys, a fixed bank of memory values.
mixer memory(slots: axis, heads: axis, read_gain: number = 0.354, write_gain: number = 0.354) {
  read  = mean(dropout(softmax(linear(x, heads, slots, init: xavier(read_gain)), slots)), heads)
  key   = layer_norm(linear(source, slots, init: xavier(write_gain)))
  value = layer_norm(linear(source, width, init: xavier(write_gain)))

  state bank[slots, width] = bank + key * value

  out = sum(read * bank, slots) / sqrt(count)
}

/// Softmax attention (Vaswani et al., 2017): keeps every token.
mixer attention(heads: axis) {
  axis channel = width / heads
  query = linear(x, heads, channel) / sqrt(size(channel))
  cache key   = linear(source, heads, channel)
  cache value = linear(source, heads, channel)

  weight = softmax(sum(query * key, channel), time)
  out    = linear(sum(weight * value, time), width)
}

/// The linear transformer (Katharopoulos et al., 2020): a kernel feature map and a running normaliser.
mixer linear_attention(heads: axis) {
  axis feature = width / heads
  axis channel = width / heads
  query = elu(linear(x, heads, feature)) + 1
  key   = elu(linear(source, heads, feature)) + 1
  value = linear(source, heads, channel)

  state sums[heads, feature, channel] = sums + key * value
  state mass[heads, feature]          = mass + key

  read = sum(query * sums, feature) / (sum(query * mass, feature) + 1e-6)
  out  = linear(read, width)
}

/// Retention (Sun et al., 2023): a constant decay for each head.
mixer retention(heads: axis) {
  axis feature = width / heads
  axis channel = width / heads
  query = rotary(linear(x, heads, feature), feature)
  key   = rotary(linear(source, heads, feature), feature) / sqrt(size(feature))
  value = linear(source, heads, channel)
  decay = 1 - 2 ^ (-5 - index(heads))

  state sums[heads, feature, channel] = decay * sums + key * value

  read = rms_norm(sum(query * sums, feature), channel)
  out  = linear(read * silu(linear(x, heads, channel)), width)
}

/// The gated delta rule (Yang et al., 2024): forgets, and corrects what it wrote under the same key.
mixer gated_delta(heads: axis) {
  axis feature = width / heads
  axis channel = width / heads
  query = linear(x, heads, feature)
  raw   = linear(source, heads, feature)
  key   = raw / sqrt(sum(square(raw), feature) + 1e-6)
  value = linear(source, heads, channel)
  keep  = sigmoid(linear(source, heads))
  rate  = sigmoid(linear(source, heads))

  state sums[heads, feature, channel] =
    keep * (sums - rate * key * sum(key * sums, feature)) + rate * key * value

  read = rms_norm(sum(query * sums, feature), channel)
  out  = linear(read, width)
}

/// Linformer (Wang et al., 2020): projects positions, so its length is fixed in advance; encoders only.
mixer linformer(heads: axis, rank: axis, length: axis) {
  axis channel = width / heads
  param fold_key[length, rank]   = normal(0.02)
  param fold_value[length, rank] = normal(0.02)
  query = linear(x, heads, channel) / sqrt(size(channel))

  state keys[heads, rank, channel]   = keys   + at(fold_key, length, position)   * linear(source, heads, channel)
  state values[heads, rank, channel] = values + at(fold_value, length, position) * linear(source, heads, channel)

  weight = softmax(sum(query * keys, channel), rank)
  out    = linear(sum(weight * values, rank), width)
}
`,
  },
  {
    name: "shakespeare.msz",
    text: `// A character-level language model of Shakespeare: the tour's first stop.

/// MemSizer's bank, fed by a short convolution: the bank sums over all of the past and is blind to what
/// stood just before, which matters for characters. Measured at 0.8 million parameters, 300 steps:
/// 2.46 nats a character without the convolution, 2.10 with it.
mixer local_memory(slots: axis, heads: axis) {
  near  = convolve(x, 4)
  read  = mean(dropout(softmax(linear(near, heads, slots, init: xavier(0.354)), slots)), heads)
  key   = layer_norm(linear(near, slots, init: xavier(0.354)))
  value = layer_norm(linear(near, width, init: xavier(0.354)))

  state bank[slots, width] = bank + key * value

  out = sum(read * bank, slots) / sqrt(count)
}

model Shakespeare {
  vocabulary = bytes
  width      = 256
  context    = 256
  dropout    = 0.1

  layers 6 {
    local_memory(slots: 32, heads: 8)
    feed_forward(hidden: 4 * width, activation: gelu)
  }
}

train {
  corpus    = "tinyshakespeare.txt"
  held_out  = 0.1
  batch     = 16
  steps     = 2_000
  optimizer = adamw(rate: 3e-3, betas: [0.9, 0.98], decay: 0.1)
  schedule  = cosine(warmup: 100, floor: 0.1)
  clip      = 1.0
}

generate { temperature = 0.8, top_k = 40 }
`,
  },
  {
    name: "translation.msz",
    text: `// Spanish to English: a softmax encoder, a MemSizer decoder, as the authors published it, in small.
model SpanishEnglish {
  vocabulary = tokenizer("tokenizer.json")
  width      = 256
  norm       = post
  dropout    = 0.1

  encoder {
    layers 3 {
      attention(heads: 4)
      feed_forward(hidden: 4 * width)
    }
  }

  decoder {
    layers 3 {
      memory(slots: 8, heads: 4)
      cross memory(slots: 32, heads: 4)
      feed_forward(hidden: 4 * width)
    }
  }
}

train {
  corpus    = pairs("train.es", "train.en")
  held_out  = pairs("valid.es", "valid.en")
  batch     = 64
  steps     = 20_000
  optimizer = adam(rate: 5e-4, betas: [0.9, 0.98])
  schedule  = inverse_sqrt(warmup: 2_000)
  label_smoothing = 0.1
}

generate { beam = 4, length_penalty = 0.6 }
`,
  },
  {
    name: "mt-full-memsizer.msz",
    text: `model Reference {
  vocabulary = 41
  padding    = 1
  begin      = 0
  end        = 2
  unknown    = 3
  width      = 32
  norm       = post

  encoder {
    layers 2 {
      memory(slots: 8, heads: 4)
      feed_forward(hidden: 64, activation: relu)
    }
  }

  decoder {
    layers 2 {
      memory(slots: 4, heads: 4)
      cross memory(slots: 8, heads: 4)
      feed_forward(hidden: 64, activation: relu)
    }
  }
}

train { label_smoothing = 0.1 }
`,
  },
  {
    name: "lm-adaptive.msz",
    text: `model Reference {
  vocabulary = 120
  padding    = 1
  begin      = 0
  end        = 2
  unknown    = 3
  width      = 64
  norm       = pre
  final_norm = false
  adaptive   = [20, 60]

  layers 2 {
    memory(slots: 8, heads: 4)
    feed_forward(hidden: 96, activation: relu)
  }
}
`,
  },
  {
    name: "language example 1",
    text: `model Shakespeare {
  vocabulary = bytes
  width      = 256
  context    = 256

  layers 6 {
    memory(slots: 32, heads: 8)
    feed_forward(hidden: 4 * width, activation: gelu)
  }
}
`,
  },
  {
    name: "language example 2",
    text: `model EnglishGerman {
  vocabulary = tokenizer("tokenizer.json")
  width      = 512
  norm       = post

  encoder { layers 6 { attention(heads: 8)  feed_forward(hidden: 2048) } }
  decoder { layers 6 {
    memory(slots: 4, heads: 8)
    cross memory(slots: 32, heads: 8)
    feed_forward(hidden: 2048)
  } }
}
`,
  },
  {
    name: "language example 3",
    text: `/// MemSizer (Zhang & Cai, 2022): learned keys, a fixed bank of memory values.
mixer memory(slots: axis, heads: axis) {
  read  = mean(softmax(linear(x, heads, slots), slots), heads)
  key   = layer_norm(linear(source, slots))
  value = layer_norm(linear(source, width))

  state bank[slots, width] = bank + key * value

  out = sum(read * bank, slots) / sqrt(count)
}
`,
  },
  {
    name: "language example 4",
    text: `train {
  corpus    = "tinyshakespeare.txt"       // or pairs("train.en", "train.de")
  held_out  = 0.1                          // the tail of the corpus; or a path
  batch     = 16
  steps     = 2_000
  optimizer = adamw(rate: 3e-3, betas: [0.9, 0.98], decay: 0.1)
  schedule  = cosine(warmup: 100, floor: 0.1)
  clip      = 1.0
  precision = float32
  seed      = 1
}

generate { temperature = 0.8, top_k = 40 }           // or: beam = 4, length_penalty = 0.6
`,
  },
  {
    name: "names that are keywords elsewhere",
    text: `mixer cross_memory(states: axis, axis: axis, state: number = 1) {
  state = 2 * state
  cache = state + layers
  param layers[axis] = zeros
  state state[axis] = state
  out = use(let, mixer, model, state: train) - generate
}

model encoder {
  layers  = 3
  encoder = 4
  layers layers {
    cross(x: 1)
    cross cross(axis: 2)
  }
}
`,
  },
  {
    name: "comments in every place",
    text: `// first

/// doc of a
/// in two lines
let /* in */ a /* the */ = // middle
  1 + // of an expression
  2 // behind
/* block
   of lines */
use "x.msz" /// not a doc

/// doc of m

mixer m( // the parameters
  a: axis, // one
  /// two
  b: number = 1
) { // begins
  // own line
  x = f(a, // inside
    b) // behind x

  /* before */ out = x /* behind */
  // the last
} // closed
model M { /* a */ width = 3, /* b */ dropout = 0 /* c */ }
train { steps = 3 // few
}
generate {}
// the end`,
  },
  {
    name: "values",
    text: `let a = -2 ^ -3 ^ 2 * -(4 - 1) / (2 / 3) - -5
let b = [1_000, 3e-4, 0.5, 1E+3, "a \\"quoted\\" \\\\ \\n \\t", true, false, [], [[1], f()],]
let c = ((a)) + (b - (c + d)) * (-e) ^ f
`,
  },

];
