"""
The same models and layers in PyTorch, measured on the same card as msz: one JSON object on stdout.

    python3 bench/cuda/peers.py copy|decode|recurrence|training [--device cuda] [--small]

decode      the MemSizer of specs/memsizer-wikitext103.msz, batch 1, bfloat16: eager, torch.compile, and one CUDA graph a token
recurrence  forward and forward + backward of an unnormalised linear recurrence: flash-linear-attention's chunk_linear_attn where it is
            installed, and, at MemSizer's own shapes, the formulation of the authors' released code (a [T, B, slots, width] tensor times a T x T mask)
training    a step of the same model in bfloat16, with that formulation of the layer, by windows of 512 and 4,096 tokens
copy        bytes a second of a device-to-device copy, read and written counted once each

`--small --device cpu` runs everything at toy sizes, to see that the file works. A peer that cannot run is listed under "not_run" with the reason.
Written from the paper's maths (Zhang & Cai 2022, equations of the causal layer): read = mean over heads of softmax(Phi x), bank += LN(W_l x) LN(W_r x)^T.
"""
import argparse
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

WIKITEXT = dict(vocabulary=267_744, cutoffs=(20_000, 60_000), width=1024, layers=32, heads=8, slots=32, hidden=4096)
TOY = dict(vocabulary=400, cutoffs=(100, 200), width=64, layers=2, heads=4, slots=8, hidden=128)


class Memory(nn.Module):
    def __init__(self, width, heads, slots):
        super().__init__()
        self.heads, self.slots = heads, slots
        self.phi, self.key, self.value = nn.Linear(width, heads * slots), nn.Linear(width, slots), nn.Linear(width, width)
        self.key_norm, self.value_norm = nn.LayerNorm(slots), nn.LayerNorm(width)

    def parts(self, x):
        read = self.phi(x).unflatten(-1, (self.heads, self.slots)).float().softmax(-1).mean(-2)
        return read, self.key_norm(self.key(x)), self.value_norm(self.value(x))

    def step(self, x, bank, count):
        """x [B, width], bank [B, slots, width] float32, count: tokens so far, this one included."""
        read, key, value = self.parts(x)
        bank.add_(key.float().unsqueeze(-1) * value.float().unsqueeze(-2))
        return (torch.einsum("bk,bkd->bd", read, bank) * count.rsqrt()).to(x.dtype)

    def forward(self, x):
        """As the released code does it: all states [T, B, slots, width] by one product with a mask."""
        read, key, value = self.parts(x)
        return authors(read.to(x.dtype), key, value)


def authors(read, key, value):
    """read, key [B, T, slots], value [B, T, width] -> [B, T, width]"""
    length = read.shape[1]
    outer = torch.einsum("btk,btd->tbkd", key, value)
    mask = torch.ones(length, length, dtype=outer.dtype, device=outer.device).tril()
    states = (mask @ outer.flatten(1)).view_as(outer)
    scale = torch.arange(1, length + 1, device=read.device, dtype=torch.float32).rsqrt().to(read.dtype)
    return torch.einsum("btk,tbkd->btd", read * scale[:, None], states)


class Layer(nn.Module):
    def __init__(self, width, heads, slots, hidden):
        super().__init__()
        self.memory = Memory(width, heads, slots)
        self.up, self.down = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)

    def step(self, x, bank, count):
        x = x + self.memory.step(self.first(x), bank, count)
        return x + self.down(F.relu(self.up(self.second(x))))

    def forward(self, x):
        x = x + self.memory(self.first(x))
        return x + self.down(F.relu(self.up(self.second(x))))


class Model(nn.Module):
    """Pre-norm, no final norm, adaptive input and softmax with tied tables and projections."""

    def __init__(self, vocabulary, cutoffs, width, layers, heads, slots, hidden):
        super().__init__()
        self.width, self.slots = width, slots
        self.edges = (0, *cutoffs, vocabulary)
        sizes = [width // 4**i for i in range(len(self.edges) - 1)]
        self.tables = nn.ParameterList([nn.Parameter(torch.randn(self.edges[i + 1] - self.edges[i], size) * size**-0.5) for i, size in enumerate(sizes)])
        self.projections = nn.ParameterList([nn.Parameter(torch.randn(width, size) * width**-0.5) for size in sizes])
        self.clusters = nn.Parameter(torch.randn(len(sizes) - 1, width) * width**-0.5)
        self.layers = nn.ModuleList([Layer(width, heads, slots, hidden) for _ in range(layers)])

    def embed(self, tokens):
        x = 0
        for i, table in enumerate(self.tables):
            inside = (tokens >= self.edges[i]) & (tokens < self.edges[i + 1])
            index = (tokens - self.edges[i]).clamp(0, table.shape[0] - 1)
            x = x + torch.where(inside[..., None], F.embedding(index, table) @ self.projections[i].T, 0)
        return x * self.width**0.5

    def log_probs(self, x):
        first = torch.cat([x @ self.projections[0] @ self.tables[0].T, x @ self.clusters.T], -1).float().log_softmax(-1)
        head = first.shape[-1] - len(self.clusters)
        tails = [(x @ self.projections[i] @ self.tables[i].T).float().log_softmax(-1) + first[..., head + i - 1, None] for i in range(1, len(self.tables))]
        return torch.cat([first[..., :head], *tails], -1)

    def positions(self, start, length, device, dtype):
        half = self.width // 2
        rates = torch.exp(torch.arange(half, device=device) * (-torch.log(torch.tensor(10_000.0)) / (half - 1)).item())
        angles = (start + torch.arange(length, device=device))[:, None] * rates
        return torch.cat([angles.sin(), angles.cos()], -1).to(dtype)

    def step(self, tokens, position, banks, count):
        """tokens [B], position [B, width], banks [layers, B, slots, width] -> the next tokens, greedy"""
        x = self.embed(tokens) + position
        for layer, bank in zip(self.layers, banks):
            x = layer.step(x, bank, count)
        return self.log_probs(x).argmax(-1)

    def loss(self, tokens, targets):
        x = self.embed(tokens) + self.positions(2, tokens.shape[1], tokens.device, self.clusters.dtype)
        for layer in self.layers:
            x = layer(x)
        return F.nll_loss(self.log_probs(x).flatten(0, 1), targets.flatten())


def timed(run, device, rounds, warm=3):
    """Milliseconds of each round, by events on a card."""
    for _ in range(warm):
        run()
    times = []
    for _ in range(rounds):
        if device == "cuda":
            start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            start.record()
            run()
            end.record()
            torch.cuda.synchronize()
            times.append(start.elapsed_time(end))
        else:
            begun = time.perf_counter()
            run()
            times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return {"minimum": times[0], "median": times[len(times) // 2], "maximum": times[-1], "runs": rounds}


def measured(result, name, run):
    """A peer that fails is told of, and the others go on."""
    try:
        result[name] = run()
    except Exception as error:  # whatever a compiler or a card may throw
        result.setdefault("not_run", {})[name] = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"


def decode(device, small):
    torch.manual_seed(1)
    model = Model(**(TOY if small else WIKITEXT)).to(device, torch.bfloat16).eval()
    banks = torch.zeros(len(model.layers), 1, model.slots, model.width, device=device)
    tokens = torch.zeros(1, dtype=torch.long, device=device)
    count = torch.ones((), device=device)
    position = model.positions(2, 1, device, torch.bfloat16)
    rounds = 5 if small else 200
    result = {"parameters": sum(p.numel() for p in model.parameters())}

    def stepper(step):
        def run():
            count.add_(1)
            tokens.copy_(step(tokens, position, banks, count))
        return run

    with torch.inference_mode():
        measured(result, "eager", lambda: timed(stepper(model.step), device, rounds))

        def graph():
            run = stepper(model.step)
            side = torch.cuda.Stream()
            with torch.cuda.stream(side):
                for _ in range(3):
                    run()
            torch.cuda.current_stream().wait_stream(side)
            recorded = torch.cuda.CUDAGraph()
            with torch.cuda.graph(recorded):
                run()
            return timed(recorded.replay, device, rounds)

        measured(result, "cuda_graph", graph)
        measured(result, "compile", lambda: timed(stepper(torch.compile(model.step)), device, rounds, warm=10))
    return result


FIELD = [(1, 8192, 96, 128), (2, 16384, 16, 128), (4, 2048, 16, 128), (4, 4096, 64, 128), (8, 2048, 32, 256), (8, 1024, 8, 64)]
MEMSIZER = [(6, t, 32, 1024) for t in (512, 1024, 2048, 4096, 8192, 16384)]


def both(run, inputs, device, rounds):
    def forward():
        with torch.no_grad():
            run(*inputs)

    def backward():
        for x in inputs:
            x.grad = None
        run(*inputs).sum().backward()

    return {"forward": timed(forward, device, rounds), "forward_backward": timed(backward, device, rounds)}


def recurrence(device, small):
    result = {"field": [], "memsizer": []}
    rounds = 3 if small else 30
    for b, t, h, d in [(1, 64, 2, 16)] if small else FIELD:
        row = {"B": b, "T": t, "H": h, "D": d}
        def fla():
            from fla.ops.linear_attn import chunk_linear_attn
            inputs = [torch.randn(b, t, h, d, device=device, dtype=torch.bfloat16, requires_grad=True) for _ in range(3)]
            return both(lambda q, k, v: chunk_linear_attn(q, k, v, normalize=False)[0], inputs, device, rounds)
        measured(row, "fla", fla)
        result["field"].append(row)
    for b, t, k, d in [(2, 32, 4, 16)] if small else MEMSIZER:
        row = {"B": b, "T": t, "slots": k, "width": d}
        make = lambda *shape: torch.randn(*shape, device=device, dtype=torch.bfloat16, requires_grad=True)
        measured(row, "authors", lambda: both(authors, [make(b, t, k), make(b, t, k), make(b, t, d)], device, rounds))
        def fla_one_head():
            from fla.ops.linear_attn import chunk_linear_attn
            inputs = [make(b, t, 1, k), make(b, t, 1, k), make(b, t, 1, d)]
            return both(lambda q, kk, v: chunk_linear_attn(q, kk, v, scale=1.0, normalize=False)[0], inputs, device, rounds)
        measured(row, "fla", fla_one_head)
        result["memsizer"].append(row)
    return result


def training(device, small):
    """Tokens a second of forward, backward and nag; 6 windows of 512, or as many tokens in one of 4,096 where memory lets it."""
    result = {"windows": []}
    for batch, length in [(2, 32)] if small else [(6, 512), (1, 4096)]:
        row = {"batch": batch, "tokens": length}

        def run():
            torch.manual_seed(1)
            config = TOY if small else WIKITEXT
            model = Model(**config).to(device)
            optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.99, nesterov=True)
            ids = torch.randint(0, config["vocabulary"], (batch, length + 1), device=device)

            def step():
                optimizer.zero_grad(set_to_none=True)
                with torch.autocast(device, torch.bfloat16):
                    loss = model.loss(ids[:, :-1], ids[:, 1:])
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 0.1)
                optimizer.step()

            times = timed(step, device, 2 if small else 10)
            return {**times, "tokens_a_second": batch * length / times["median"] * 1000}

        measured(row, "authors", run)
        result["windows"].append(row)
    return result


def copy(device, small):
    words = 1 << (16 if small else 28)
    a, b = torch.zeros(words, device=device), torch.ones(words, device=device)
    times = timed(lambda: b.copy_(a), device, 3 if small else 50)
    return {"bytes": 8 * words, **times, "bytes_a_second": 8 * words / times["minimum"] * 1000}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["copy", "decode", "recurrence", "training"])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--small", action="store_true")
    options = parser.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        sys.exit("PyTorch finds no CUDA device; --device cpu --small shows that the file works")
    torch.backends.cuda.matmul.allow_tf32 = False
    card = torch.cuda.get_device_name() if options.device == "cuda" else "CPU"
    measure = {"copy": copy, "decode": decode, "recurrence": recurrence, "training": training}[options.what]
    print(json.dumps({"torch": torch.__version__, "card": card, **measure(options.device, options.small)}))


main()
