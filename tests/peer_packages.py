# What other projects need in their own environments, all in versions that were tried together.
# Read by test_peers.py; fixtures_peers.py installs them.
from __future__ import annotations

# From 0.9.4 on it imports torchaudio, which has no build for the processor alone.
LLAMA_FACTORY = (
    "llamafactory==0.9.3", "accelerate==1.7.0", "aiohappyeyeballs==2.7.1", "aiohttp==3.14.5",
    "aiosignal==1.4.0", "av==16.0.0", "contourpy==1.3.3", "cycler==0.12.1", "datasets==3.6.0",
    "dill==0.3.8", "docstring_parser==0.18.0", "einops==0.8.2", "fire==0.7.1", "fonttools==4.68.0",
    "frozenlist==1.8.0", "fsspec==2025.3.0", "huggingface_hub==0.36.2", "kiwisolver==1.5.1",
    "matplotlib==3.11.2", "modelscope-hub==0.5.1", "modelscope==1.40.2", "multidict==7.2.1",
    "multiprocess==0.70.16", "omegaconf==2.4.0", "peft==0.15.2", "propcache==0.5.4",
    "pyparsing==3.3.3", "sentencepiece==0.2.3", "shtab==1.13.0", "termcolor==3.3.0",
    "tiktoken==0.14.0", "tokenizers==0.21.4", "transformers==4.52.4", "trl==0.9.6", "tyro==0.8.14",
    "xxhash==4.1.0", "yarl==1.25.1",
)  # fmt: skip

MS_SWIFT = (
    "ms_swift==4.6.0", "absl-py==2.5.1", "addict==2.4.0", "aiohappyeyeballs==2.7.1",
    "aiohttp==3.14.5", "aiosignal==1.4.0", "aliyun-python-sdk-core==2.16.1",
    "aliyun-python-sdk-kms==2.16.5", "attrdict==2.0.1", "binpacking==2.0.1", "cloudpickle==3.1.3",
    "contourpy==1.3.3", "cpm-kernels==1.0.11", "crcmod==1.7", "cryptography==50.0.2",
    "cycler==0.12.1", "dacite==1.9.2", "datasets==4.8.4", "defusedxml==0.7.1", "dill==0.4.1",
    "einops==0.8.2", "fonttools==4.68.0", "frozenlist==1.8.0", "fsspec==2026.2.0",
    "grpcio==1.85.3", "huggingface_hub==1.33.0", "importlib_metadata==10.2.0", "jmespath==1.1.0",
    "joblib==1.6.0", "kiwisolver==1.5.1", "lazy-importer==0.1.0", "Markdown==3.11.3",
    "matplotlib==3.11.2", "modelscope-hub==0.5.1", "modelscope==1.40.2", "multidict==7.2.1",
    "multiprocess==0.70.19", "nltk==3.10.4", "oss2==2.19.1", "peft==0.20.0", "propcache==0.5.4",
    "pyparsing==3.3.3", "rouge==1.0.1", "sentencepiece==0.2.3", "setuptools==84.2.1",
    "simplejson==4.3.0", "six==1.17.0", "tensorboard-data-server==0.7.2", "tensorboard==2.21.0",
    "tiktoken==0.14.0", "transformers-stream-generator==0.0.5", "transformers==5.19.0",
    "trl==0.29.1", "Werkzeug==3.1.9", "xxhash==4.1.0", "yarl==1.25.1", "zipp==4.1.2",
    "zstandard==0.25.0",
)  # fmt: skip
