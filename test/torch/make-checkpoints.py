"""
Writes the checkpoints of this folder and what is in them (expected.json). Run in this folder, with torch 2.13.0 for CPUs and numpy 2.4.6:

    python make-checkpoints.py

The checkpoints are in the form of fairseq 0.10's, but for their size: `fairseq.pt` is the authors' model of ../golden/lm-small.safetensors.
What is foreign in `foreign-*.pt` does nothing when it is run.
"""
import argparse, collections, io, json, os, pickle, struct, zipfile
import numpy as np
import torch


def read_safetensors(path):
    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            continue
        a, b = entry["data_offsets"]
        tensors[name] = torch.frombuffer(bytearray(data[8 + length + a : 8 + length + b]), dtype=torch.float32).reshape(entry["shape"])
    return tensors


def fairseq_checkpoint(model, extra=()):
    """The keys of fairseq 0.10's checkpoints, with what stands under them."""
    weights = list(model.values())[:2]
    return {
        "args": argparse.Namespace(arch="memsizer_lm", lr=[0.0005], seed=8, fp16=True, adaptive_softmax_cutoff=None, distributed_world_size=1, save_dir="checkpoints"),
        "model": model,
        "optimizer_history": [{"criterion_name": "CrossEntropyCriterion", "optimizer_name": "FairseqNAG", "lr_scheduler_state": {"best": None}, "num_updates": 286000}],
        "extra_state": {
            "train_iterator": {"epoch": 12, "iterations_in_epoch": 0, "shuffle": True, "version": 2},
            "val_loss": np.float64(4.25),
            "best": np.float32(4.25),
            "metrics": collections.OrderedDict([("default", [(10, "loss", "AverageMeter", {"val": torch.tensor(4.5), "sum": 9.0, "count": 2, "round": 3})])]),
            "previous_training_time": 123456789012.5,
            "ids": {1, 2**40, -(2**70)},
            "device": torch.device("cpu"),
        },
        "last_optimizer_state": {"state": {i: {"momentum_buffer": torch.zeros_like(w)} for i, w in enumerate(weights)}, "param_groups": [{"lr": 1e-4, "params": [0, 1]}]},
        **dict(extra),
    }


def views():
    """Tensors that lie in their storages in every way."""
    table = torch.arange(24, dtype=torch.float32).reshape(4, 6)
    cube = torch.arange(60, dtype=torch.float32).reshape(3, 4, 5)
    return collections.OrderedDict([
        ("whole", table),
        ("transposed", table.t()),
        ("rows", table[1:3]),
        ("columns", table[:, 2:5]),
        ("column", table[:, 3]),
        ("every_other", table[::2, 1::2]),
        ("permuted", cube.permute(2, 0, 1)),
        ("middle", cube[:, 1:3, ::2]),
        ("expanded", table[0].expand(3, 6)),
        ("broadcast", torch.tensor(7.0).expand(2, 2)),
        ("scalar", torch.tensor(-1.5)),
        ("empty", torch.zeros(0, 5)),
        ("empty_view", table[:, 6:]),
        ("trained", torch.nn.Parameter(table[2])),
        ("__proto__", table[0, :2]),
    ])


def dtypes():
    numbers = [0.0, 1.0, -2.5, 65504.0, 2.0**-24, float("inf")]
    types = {"f64": torch.float64, "f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
    integers = {"i64": torch.int64, "i32": torch.int32, "i16": torch.int16, "i8": torch.int8}
    return collections.OrderedDict(
        [(name, torch.tensor(numbers, dtype=dtype)) for name, dtype in types.items()]
        + [(name, torch.tensor([0, 1, -5, 100], dtype=dtype)) for name, dtype in integers.items()]
        + [("u8", torch.tensor([0, 200], dtype=torch.uint8)), ("bool", torch.tensor([True, False])), ("large", torch.tensor([2**40]))]
    )


class Harmless:
    """Its pickle calls os.system, which does nothing here."""

    def __reduce__(self):
        return os.system, ("true",)


class UserClass:
    def __init__(self):
        self.value = 1


def repacked(data, compression=zipfile.ZIP_STORED, keep=lambda name: True):
    """The archive as another program would write it; without what PyTorch has added since 1.6 it is as that wrote it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", compression) as target:
        for name in source.namelist():
            if keep(name):
                target.writestr(zipfile.ZipInfo(name), source.read(name), compression)
    return out.getvalue()


def saved(value, **options):
    out = io.BytesIO()
    torch.save(value, out, **options)
    return out.getvalue()


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


def main():
    golden = read_safetensors("../golden/lm-small.safetensors")
    model = collections.OrderedDict((name[len("param.") :], tensor) for name, tensor in golden.items() if name.startswith("param."))
    # As in the trained model: one tensor under two names, and the marks that fairseq keeps.
    model["decoder.output_projection.weight"] = model["decoder.embed_tokens.weight"]
    model["decoder.version"] = torch.tensor([3.0])
    model["decoder.embed_positions._float_tensor"] = torch.zeros(1)
    model._metadata = collections.OrderedDict([("", {"version": 1})])
    write("fairseq.pt", saved(fairseq_checkpoint(model)))

    write("views.pt", saved(fairseq_checkpoint(views())))
    write("dtypes.pt", saved({"state_dict": dtypes(), "epoch": 3}))
    since = ("byteorder", ".format_version", ".storage_alignment", "serialization_id")
    write("torch-1.6.pt", repacked(saved(views()), keep=lambda name: not name.endswith(since)))
    write("compressed.pt", repacked(saved(views()), zipfile.ZIP_DEFLATED))

    small = {"weight": torch.ones(2, 3)}
    write("legacy.pt", saved(small, _use_new_zipfile_serialization=False))
    write("bare.pickle", pickle.dumps({"weight": [1.0]}, protocol=4))
    write("protocol-4.pt", saved(small, pickle_protocol=4))
    write("no-tensors.pt", saved({"model": {"weight": [1.0, 2.0]}, "epoch": 1}))

    write("foreign-system.pt", saved(fairseq_checkpoint(small, {"hook": Harmless()})))
    write("foreign-in-model.pt", saved({"model": {"weight": Harmless()}}))
    write("foreign-class.pt", saved(fairseq_checkpoint(small, {"task": UserClass()})))
    write("foreign-module.pt", saved(torch.nn.Linear(2, 3)))
    write("foreign-complex.pt", saved({"weight": torch.zeros(2, dtype=torch.complex64)}))

    described = {}
    for name, tensors in (("views", views()), ("dtypes", dtypes())):
        described[name] = {key: {"shape": list(t.shape), "data": [str(x) for x in t.flatten().tolist()]} for key, t in tensors.items()}
    with open("expected.json", "w") as file:
        file.write("{" + ",".join(f'\n"{name}": {{' + ",".join(f'\n  "{key}": {json.dumps(t)}' for key, t in tensors.items()) + "\n}" for name, tensors in described.items()) + "\n}\n")


main()
