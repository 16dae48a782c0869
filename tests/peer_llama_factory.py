# Run by LLaMA-Factory's own Python: reads a project's YAML and its data with its own loader, and
# prints what it made of them. Arguments: the project's folder, a folder with a model's config.
import json
import sys
from pathlib import Path

import yaml
from llamafactory.data.loader import _get_merged_dataset
from llamafactory.hparams import get_train_args

project, model = Path(sys.argv[1]), sys.argv[2]
settings = yaml.safe_load((project / "train_lora.yaml").read_text())
# A processor can't compute in bf16 here, and the model's files aren't at hand.
settings |= {"model_name_or_path": model, "dataset_dir": str(project), "bf16": False}
settings["output_dir"] = str(project / "lora")
model_args, data_args, training_args, finetuning_args, _ = get_train_args(settings)
read = {
    name: _get_merged_dataset(names, model_args, data_args, training_args, stage="sft")
    for name, names in (("train", data_args.dataset), ("eval", data_args.eval_dataset))
}
print(
    json.dumps(
        {
            "lora_rank": finetuning_args.lora_rank,
            "disable_shuffling": finetuning_args.disable_shuffling,
            "metric": training_args.metric_for_best_model,
            **{
                name: [
                    {
                        "asked": row["_prompt"][0]["content"],
                        "answered": row["_response"][0]["content"],
                        "images": row["_images"],
                    }
                    for row in rows
                ]
                for name, rows in read.items()
            },
        }
    )
)
