"""Makes randomly initialised models of each family and writes what transformers makes of some texts.

    python parity.py OUT [MINILM]

Needs torch and transformers; OUT gets one folder per model with a reference.json, to be compared by

    OTAI_PARITY=OUT cargo test -p otai-encoder --test parity -- --ignored --nocapture

MINILM is a folder with all-MiniLM-L6-v2 (or any other sentence-transformers model with mean pooling and Normalize).
"""

import json
import random
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (AutoConfig, AutoModel, AutoModelForSequenceClassification, AutoTokenizer, BertConfig,
                          DebertaV2Config, DistilBertConfig, ModernBertConfig, MPNetConfig, RobertaConfig, XLMRobertaConfig)

WORDS = ("printer invoice login password refund order café straße 東京 server crash update mail account the a is not my "
         "please help with cannot since yesterday thanks délai مرحبا שלום привет 🙂 ticket number phone contract").split()


def texts():
    rng = random.Random(7)
    made = ["", " ", "a", "Printer", "nul\0in the text", "🙂🙃 emoji 👩‍👩‍👧", "مرحبا بالعالم", "<pad> <mask> [MASK] [SEP] </s>", "x" * 300, "line\nbreak\ttab"]
    for length in [2, 3, 5, 8, 13, 17, 20, 25, 31, 40, 47, 55, 62, 63, 64, 65, 70, 80, 90, 100, 110, 130, 150, 170, 200, 250, 300, 400, 600, 3000]:
        words = [rng.choice(WORDS) for _ in range(length)]
        made.append(" ".join(w + rng.choice(["", "", "", ",", ".", "!", "s"]) for w in words))
    return made


def wordpiece():
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer()
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    t.train_from_iterator(texts(), trainers.WordPieceTrainer(vocab_size=300, special_tokens=special))
    t.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return t


def wordpiece_of_mpnet():
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer()
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["<s>", "<pad>", "</s>", "[UNK]", "<mask>"]
    t.train_from_iterator(texts(), trainers.WordPieceTrainer(vocab_size=300, special_tokens=special))
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return t


def byte_level():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    t.train_from_iterator(texts(), trainers.BpeTrainer(
        vocab_size=400, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return t


def unigram_of(normalizer, special, first, last):
    """`first` and `last`, numbers in `special`, stand around a text."""
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizer
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    unknown = next(token for token in special if "unk" in token.lower())
    t.train_from_iterator(texts(), trainers.UnigramTrainer(vocab_size=300, special_tokens=special, unk_token=unknown))
    around = [(special[first], first), (special[last], last)]
    t.post_processor = processors.TemplateProcessing(
        single=f"{special[first]} $A {special[last]}", special_tokens=around)
    return t


def unigram():
    normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(" {2,}", " ")])
    return unigram_of(normalizer, ["<s>", "<pad>", "</s>", "<unk>", "<mask>"], 0, 2)


def unigram_of_deberta():
    return unigram_of(normalizers.NFC(), ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"], 1, 2)


LABELS = [f"label {i}" for i in range(7)]
HEAD = dict(id2label=dict(enumerate(LABELS)), label2id={l: i for i, l in enumerate(LABELS)})
SIZE = dict(hidden_size=96, num_hidden_layers=2, num_attention_heads=4, intermediate_size=200)
MODERN = dict(hidden_size=96, num_hidden_layers=5, num_attention_heads=4, intermediate_size=130)
FAMILIES = {
    "bert": (wordpiece, 64, lambda v: BertConfig(vocab_size=v, max_position_embeddings=64, **SIZE, **HEAD)),
    "bert-relu-multi": (wordpiece, 64, lambda v: BertConfig(
        vocab_size=v, max_position_embeddings=64, hidden_act="relu", problem_type="multi_label_classification", **SIZE, **HEAD)),
    "bert-gelu-new": (wordpiece, 64, lambda v: BertConfig(
        vocab_size=v, max_position_embeddings=64, hidden_act="gelu_new", **SIZE, **HEAD)),
    "distilbert": (wordpiece, 512, lambda v: DistilBertConfig(
        vocab_size=v, max_position_embeddings=512, dim=72, n_layers=2, n_heads=6, hidden_dim=130, **HEAD)),
    "roberta": (byte_level, 100, lambda v: RobertaConfig(
        vocab_size=v, max_position_embeddings=102, type_vocab_size=1, layer_norm_eps=1e-5, pad_token_id=1, **SIZE, **HEAD)),
    "mpnet": (wordpiece_of_mpnet, 384, lambda v: MPNetConfig(
        vocab_size=v, max_position_embeddings=386, layer_norm_eps=1e-5, **SIZE, **HEAD)),
    "modernbert": (byte_level, 600, lambda v: ModernBertConfig(
        vocab_size=v, max_position_embeddings=600, local_attention=16, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        cls_token_id=0, sep_token_id=2, **MODERN, **HEAD)),
    "modernbert-mean-bias": (byte_level, 600, lambda v: ModernBertConfig(
        vocab_size=v, max_position_embeddings=600, local_attention=16, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        cls_token_id=0, sep_token_id=2, classifier_pooling="mean", norm_bias=True, attention_bias=True, mlp_bias=True,
        classifier_bias=True, **MODERN, **HEAD)),
    # As the third version is.
    "deberta": (unigram_of_deberta, 512, lambda v: DebertaV2Config(
        vocab_size=v, max_position_embeddings=512, relative_attention=True, position_buckets=256, pos_att_type="p2c|c2p",
        norm_rel_ebd="layer_norm", share_att_key=True, position_biased_input=False, **SIZE, **HEAD)),
    "deberta-own-maps": (unigram_of_deberta, 300, lambda v: DebertaV2Config(
        vocab_size=v, max_position_embeddings=300, relative_attention=True, position_buckets=16, pos_att_type=["c2p", "p2c"],
        share_att_key=False, position_biased_input=True, type_vocab_size=2, **SIZE, **HEAD)),
    "deberta-c2p": (unigram_of_deberta, 300, lambda v: DebertaV2Config(
        vocab_size=v, max_position_embeddings=300, relative_attention=True, max_relative_positions=40, pos_att_type="c2p",
        share_att_key=True, position_biased_input=False, **SIZE, **HEAD)),
    "xlm-roberta": (unigram, 128, lambda v: XLMRobertaConfig(
        vocab_size=v, max_position_embeddings=130, type_vocab_size=1, layer_norm_eps=1e-5, pad_token_id=1, **SIZE, **HEAD)),
}


def encode(tokenizer, limit, text):
    tokenizer.no_padding()
    tokenizer.enable_truncation(limit)
    return torch.tensor([tokenizer.encode(text).ids])


def write(folder, kind, rows):
    reference = dict(kind=kind, texts=texts(), rows=rows)
    (folder / "reference.json").write_text(json.dumps(reference))


def main():
    out = Path(sys.argv[1])
    for number, (name, (make, limit, config)) in enumerate(FAMILIES.items()):
        torch.manual_seed(number)
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer = make()
        tokenizer.save(str(folder / "tokenizer.json"))
        model = AutoModelForSequenceClassification.from_config(config(tokenizer.get_vocab_size())).eval()
        with torch.no_grad():
            for parameter in model.parameters():
                # Initial weights of 0.02 give the same answer to everything; these spread the answers.
                parameter.add_(torch.randn_like(parameter) * 0.15)
            rows = [model(encode(tokenizer, limit, text)).logits[0].tolist() for text in texts()]
        model.save_pretrained(folder)
        write(folder, "classify", rows)
        spread = torch.tensor(rows).std(0).mean().item()
        print(f"{name}: spread of logits {spread:.3f}")
    if len(sys.argv) > 2:
        source, folder = Path(sys.argv[2]), out / "minilm"
        folder.mkdir(exist_ok=True)
        for file in source.rglob("*.*"):
            if file.suffix in {".json", ".safetensors"}:
                target = folder / file.relative_to(source)
                target.parent.mkdir(exist_ok=True)
                target.unlink(missing_ok=True)
                target.symlink_to(file)
        limit = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        model = AutoModel.from_pretrained(source).eval()
        with torch.no_grad():
            hidden = [model(encode(tokenizer, limit, text)).last_hidden_state[0].mean(0) for text in texts()]
        write(folder, "embed", [torch.nn.functional.normalize(h, dim=0).tolist() for h in hidden])


main()
