"""Prepares a causal language model for rescoring: one ONNX graph with weights of four bits, and its tokenizer.

    python -m textrepair.train.language_model HuggingFaceTB/SmolLM2-135M-Instruct models/language_model

Weights are stored in blocks of 32, each with a scale and a zero point of its own, which is what llama.cpp's Q4_1
does; a model that comes as a GGUF file of that type is stored without any loss.  Embeddings keep eight bits.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import click
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.cache_utils import DynamicCache

from textrepair.language_model import LanguageModel
from textrepair.pretrained import WEIGHTS, resolve
from textrepair.train.export import OPSET

BLOCK = 32

LEVEL = 4
"""Accuracy that is asked of `MatMulNBits`: activations in eight bits, which moves log-probabilities by 0.07 nats."""

SLICES = 4
"""Of the output's matrix."""

EMBEDDINGS, SCALES = "embeddings", "embeddings.scales"
MIDDLE, EIGHT, LAST, BLOCKED = "embeddings.middle", "eight", "last", "blocked"


class _Scores(nn.Module):
    """Scores pieces behind pieces of a tree; what `textrepair.language_model` feeds it."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model.model
        self.slices = nn.ParameterList(model.lm_head.weight.chunk(SLICES))
        self.layers = model.config.num_hidden_layers

    def forward(
        self,
        input_ids: torch.Tensor,
        position_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        past: torch.Tensor,
        past_states: torch.Tensor,
        places: torch.Tensor,
        rows: torch.Tensor,
        targets: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Log-probability of `targets` behind the pieces `places[rows]`, and all keys and values and states by now.

        Shapes: ids and positions (1, new), mask (1, new, all), past (layers, 2, 1, heads, old, width), states
        (old, width), places (places,), rows and targets (wanted,).
        """
        cache = DynamicCache()
        for n in range(self.layers):
            cache.update(past[n, 0], past[n, 1], n)
        seen = torch.where(attention_mask[:, None], 0.0, -1e9)
        new = self.model(
            input_ids=input_ids,
            position_ids=position_ids,
            attention_mask=seen,
            past_key_values=cache,
            use_cache=True,
        ).last_hidden_state
        states = torch.cat([past_states, new[0]])
        asked = states[places]
        # In slices, since nobody wants all logits of all places in memory at once.
        totals = [nn.functional.linear(asked, part).logsumexp(-1) for part in self.slices]
        found = (asked[rows] * self.model.embed_tokens(targets)).sum(-1) - torch.stack(totals).logsumexp(0)[rows]
        pairs = [torch.stack([cache.layers[n].keys, cache.layers[n].values]) for n in range(self.layers)]
        return found, torch.stack(pairs), states


def export_language_model(model: Any, tokenizer: Any, target: Path) -> None:
    """Write what `LanguageModel` reads.

    Args:
        model: a causal language model of the Llama family whose embeddings are those of its output, too.
        tokenizer: its tokenizer, of the fast kind.
        target: a folder.
    """
    target.mkdir(parents=True, exist_ok=True)
    model.float().eval().config._attn_implementation = "eager"
    config = model.config
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    # Texts of the pre-training were told apart by the piece that ends a text; the other one begins a turn of a chat.
    config.bos_token_id, config.head_dim = tokenizer.convert_tokens_to_ids("<|endoftext|>"), width
    old, new = 3, 4
    inputs = {
        "input_ids": torch.tensor([[1, 2, 3, 4]]),
        "position_ids": torch.arange(old, old + new)[None],
        "attention_mask": torch.tril(torch.ones(old + new, old + new, dtype=torch.bool))[None, old:],
        "past": torch.randn(config.num_hidden_layers, 2, 1, config.num_key_value_heads, old, width),
        "past_states": torch.randn(old, config.hidden_size),
        "places": torch.tensor([0, 4, 5]),
        "rows": torch.tensor([0, 0, 1, 2]),
        "targets": torch.tensor([5, 6, 7, 8]),
    }
    axes = {
        "input_ids": {1: "new"},
        "position_ids": {1: "new"},
        "attention_mask": {1: "new", 2: "all"},
        "past": {4: "old"},
        "past_states": {0: "old"},
        "places": {0: "places"},
        "rows": {0: "wanted"},
        "targets": {0: "wanted"},
        "log_probabilities": {0: "wanted"},
        "present": {4: "all"},
        "states": {0: "all"},
    }
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "float.onnx"
        torch.onnx.export(
            _Scores(model),
            tuple(inputs.values()),
            str(whole),
            input_names=list(inputs),
            output_names=["log_probabilities", "present", "states"],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
        # Weights beside the graph are read into memory once and not twice.
        onnx.save(
            quantized(onnx.load(whole)),
            Path(folder) / "model.onnx",
            save_as_external_data=True,
            location="model.onnx_data",
        )
        tokenizer.save_pretrained(folder)
        config.to_json_file(Path(folder) / "config.json")
        for name in LanguageModel.FILES:
            shutil.copyfile(Path(folder) / name, target / name)


def quantized(model: onnx.ModelProto) -> onnx.ModelProto:
    """The graph with its matrices in blocks of four bits, and its embeddings in blocks of eight.

    Source of the format: ONNX Runtime's operator `MatMulNBits`, which takes any number as a zero point.
    """
    graph = model.graph
    stored = {i.name: i for i in graph.initializer}
    embeddings = next(n.input[0] for n in graph.node if n.op_type == "Gather" and _is_matrix(stored.get(n.input[0])))
    width = stored[embeddings].dims[1]
    ranks = {i.name: len(i.type.tensor_type.shape.dim) for i in graph.input}
    added: list[onnx.TensorProto] = []
    nodes: list[onnx.NodeProto] = []
    gone, summed = {embeddings}, set[str]()
    whole = numpy_helper.to_array(stored[embeddings])
    size = -(-len(whole) // SLICES)  # the last one may be smaller, as those of `Tensor.chunk` and of `Split` are
    slices = [whole[n * size : (n + 1) * size] for n in range(SLICES)]
    blocks, scales = eight_bits(whole)
    added += [
        numpy_helper.from_array(blocks, EMBEDDINGS),
        numpy_helper.from_array(scales[..., None], SCALES),
        numpy_helper.from_array(np.array(128, np.float32), MIDDLE),
        numpy_helper.from_array(np.array(8, np.float32), EIGHT),
        numpy_helper.from_array(np.array([-1]), LAST),
        numpy_helper.from_array(np.array([0, 0, -1, BLOCK]), BLOCKED),
    ]
    nodes += _sliced()
    for node in graph.node:
        name = node.input[1] if len(node.input) > 1 else ""
        if node.op_type == "Gather" and node.input[0] == embeddings:
            lookup, shape = _lookup(node.input[1], ranks[node.input[1]], node.output[0], width)
            nodes += lookup
            added.append(shape)
        elif node.op_type == "MatMul" and _is_matrix(stored.get(name)):
            gone.add(name)
            matrix = numpy_helper.to_array(stored[name])
            n = next((n for n, part in enumerate(slices) if np.array_equal(part.T, matrix)), None)
            if n is not None:
                nodes.append(_product(node, matrix, 8, [f"{EMBEDDINGS}.{n}", f"{SCALES}.{n}"]))
            else:
                packed, steps, least = four_bits(matrix.T)
                added += [
                    numpy_helper.from_array(packed, name),
                    numpy_helper.from_array(steps, f"{name}.steps"),
                    numpy_helper.from_array(least, f"{name}.least"),
                ]
                if (sums := f"{node.input[0]}.sums") not in summed:
                    summed.add(sums)
                    nodes += _block_sums(node.input[0], sums)
                nodes += _centred_product(node, matrix, sums)
        else:
            nodes.append(node)
    kept = [i for i in graph.initializer if i.name not in gone]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend([*kept, *added])
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return model


def four_bits(matrix: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float16], NDArray[np.float16]]:
    """Blocks of a matrix of shape (out, in): packed values (out, blocks, 16), steps and least values (out, blocks)."""
    blocks = matrix.astype(np.float64).reshape(len(matrix), -1, BLOCK)
    least, most = blocks.min(-1), blocks.max(-1)
    steps, least = np.maximum((most - least) / 15, 1e-7).astype(np.float16), least.astype(np.float16)
    values = (blocks - least[..., None].astype(np.float64)) / steps[..., None].astype(np.float64)
    whole = np.clip(np.rint(values), 0, 15).astype(np.uint8)
    return whole[..., 0::2] | (whole[..., 1::2] << 4), steps, least


def eight_bits(matrix: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Blocks of a matrix of shape (out, in): values around 128 (out, blocks, 32), and steps (out, blocks)."""
    blocks = matrix.astype(np.float64).reshape(len(matrix), -1, BLOCK)
    steps = np.maximum(np.abs(blocks).max(-1) / 127, 1e-7).astype(np.float16)
    whole = np.clip(np.rint(blocks / steps[..., None].astype(np.float64)) + 128, 0, 255)
    return whole.astype(np.uint8), steps


def _is_matrix(tensor: onnx.TensorProto | None) -> bool:
    return tensor is not None and len(tensor.dims) == 2


def _product(node: onnx.NodeProto, matrix: NDArray[Any], bits: int, operands: list[str]) -> onnx.NodeProto:
    rows, columns = matrix.shape
    return helper.make_node(
        "MatMulNBits",
        [node.input[0], *operands],
        node.output,
        node.name,
        domain="com.microsoft",
        K=rows,
        N=columns,
        bits=bits,
        block_size=BLOCK,
        accuracy_level=LEVEL,
    )


def _block_sums(found: str, sums: str) -> list[onnx.NodeProto]:
    """The sum of each block of activations."""
    return [
        helper.make_node("Reshape", [found, BLOCKED], [f"{found}.blocks"]),
        helper.make_node("ReduceSum", [f"{found}.blocks", LAST], [sums], keepdims=0),
    ]


def _centred_product(node: onnx.NodeProto, matrix: NDArray[Any], sums: str) -> list[onnx.NodeProto]:
    """A product with blocks of four bits: that with the distances from their middles, and that with the middles.

    `MatMulNBits` has fast ways for whole zero points only.  What depends on weights alone is done when the graph is
    loaded.
    """
    name, out = node.input[1], node.output[0]
    distances = _product(node, matrix, 4, [name, f"{name}.steps.flat"])
    distances.output[0] = f"{out}.distances"
    return [
        helper.make_node("Cast", [f"{name}.steps"], [f"{name}.steps.float"], to=TensorProto.FLOAT),
        helper.make_node("Cast", [f"{name}.least"], [f"{name}.least.float"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", [f"{name}.steps.float", LAST], [f"{name}.steps.flat"]),
        helper.make_node("Mul", [f"{name}.steps.float", EIGHT], [f"{name}.steps.eight"]),
        helper.make_node("Add", [f"{name}.least.float", f"{name}.steps.eight"], [f"{name}.middle"]),
        helper.make_node("Transpose", [f"{name}.middle"], [f"{name}.middles"], perm=[1, 0]),
        distances,
        helper.make_node("MatMul", [sums, f"{name}.middles"], [f"{out}.middles"]),
        helper.make_node("Add", [f"{out}.distances", f"{out}.middles"], [out]),
    ]


def _sliced() -> list[onnx.NodeProto]:
    """The slices of the output's matrix, out of the blocks that also serve as embeddings."""
    flat, blocks = f"{SCALES}.flat", f"{SCALES}.blocks"
    slices = {name: [f"{name}.{n}" for n in range(SLICES)] for name in (EMBEDDINGS, SCALES)}
    return [
        helper.make_node("Cast", [SCALES], [blocks], to=TensorProto.FLOAT),
        helper.make_node("Reshape", [blocks, LAST], [flat]),
        helper.make_node("Split", [EMBEDDINGS], slices[EMBEDDINGS], axis=0, num_outputs=SLICES),
        helper.make_node("Split", [flat], slices[SCALES], axis=0, num_outputs=SLICES),
    ]


def _lookup(ids: str, rank: int, found: str, width: int) -> tuple[list[onnx.NodeProto], onnx.TensorProto]:
    """The embeddings of pieces, ids of so many dimensions, from the blocks that also serve the output."""
    shape = numpy_helper.from_array(np.array([0] * rank + [width]), f"{found}.shape")  # 0: as it is
    nodes = [
        helper.make_node("Gather", [EMBEDDINGS, ids], [f"{found}.whole"]),
        helper.make_node("Cast", [f"{found}.whole"], [f"{found}.float"], to=TensorProto.FLOAT),
        helper.make_node("Sub", [f"{found}.float", MIDDLE], [f"{found}.centred"]),
        helper.make_node("Gather", [f"{SCALES}.blocks", ids], [f"{found}.steps"]),
        helper.make_node("Mul", [f"{found}.centred", f"{found}.steps"], [f"{found}.scaled"]),
        helper.make_node("Reshape", [f"{found}.scaled", shape.name], [found]),
    ]
    return nodes, shape


def load(name: str) -> tuple[Any, Any]:
    """A causal language model and its tokenizer, from the Hub or a folder; one in a GGUF file comes out as float."""
    folder = resolve(name, (*WEIGHTS, "*.gguf"))
    kept = {"gguf_file": files[0].name} if (files := sorted(folder.glob("*.gguf"))) else {}
    read = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, **kept)
    if hasattr(read.config, "quantization_config"):
        del read.config.quantization_config  # it is float by now, but would go on saying that it is not
    model = AutoModelForCausalLM.from_config(read.config)
    model.load_state_dict(read.state_dict())
    return model, AutoTokenizer.from_pretrained(folder, **kept)


@click.command(help=__doc__)
@click.argument("source")
@click.argument("target", type=click.Path(path_type=Path))
def main(source: str, target: Path) -> None:
    """Run the command."""
    export_language_model(*load(source), target)
    size = sum(f.stat().st_size for f in target.iterdir()) / 2**20
    click.echo(f"{target}: {size:.0f} MB")


if __name__ == "__main__":
    main()
