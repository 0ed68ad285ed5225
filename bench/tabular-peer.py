"""The peers of tabular.mjs, as their users take them. Started by it, never by hand.

Reads one JSON command on standard input and answers with a line of JSON for each tool. A tool is fitted twice: without the
validation rows, for the scores that a threshold is chosen on, then on all training rows, for everything else.
"""

import json
import sys
import time
import warnings

import imblearn
import numpy
import sklearn
import xgboost
from imblearn.ensemble import BalancedRandomForestClassifier
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.class_weight import compute_sample_weight

from tensor_file import read_safetensors

warnings.filterwarnings("ignore")
MOST_CATEGORIES = 255  # of HistGradientBoosting; rarer ones are one


class Columns:
    """Columns of numbers, NaN where missing, then of categories, a code each, those of -1 missing."""

    def __init__(self, command, tensors):
        numbers = tensors["numeric"].numpy()[: command["numeric"]].astype(numpy.float64)
        codes = tensors["codes"].numpy()[: command["categorical"]].astype(numpy.float64)
        self.all = numpy.concatenate([numbers, codes + 1]).T
        self.numeric = list(range(len(numbers)))
        self.categorical = list(range(len(numbers), len(numbers) + len(codes)))

    def encoder(self, of_numbers):
        """Numbers as `of_numbers` makes them, and a column for each category that training has."""
        one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=MOST_CATEGORIES, sparse=False)
        return make_column_transformer((of_numbers, self.numeric), (one_hot, self.categorical))


def imputer():
    return SimpleImputer(strategy="median", add_indicator=True)


def hist_gradient_boosting(columns, seed, classes):
    """Categories by their codes, natively, where they are few enough; missing values natively; no weights."""
    top = columns.all.max(0)
    native = [c for c in columns.categorical if top[c] < MOST_CATEGORIES]
    model = HistGradientBoostingClassifier(categorical_features=native, random_state=seed)
    return lambda x, y: model.fit(x, y)


def xgb(columns, seed, classes):
    """A column a category; missing values natively; scale_pos_weight, of more than two classes balanced weights of rows."""

    def fit(x, y):
        counts = numpy.bincount(y, minlength=classes)
        weights = {"scale_pos_weight": counts[0] / counts[1]} if classes == 2 else {}
        model = xgboost.XGBClassifier(tree_method="hist", n_jobs=1, random_state=seed, **weights)
        pipeline = make_pipeline(columns.encoder("passthrough"), model)
        rows = {} if classes == 2 else {"xgbclassifier__sample_weight": compute_sample_weight("balanced", y)}
        return pipeline.fit(x, y, **rows)

    return fit


def logistic_regression(columns, seed, classes):
    """Missing numbers are medians with a column that says so; standardised."""
    scaled = make_pipeline(imputer(), StandardScaler())
    model = LogisticRegression(class_weight="balanced", max_iter=1000, random_state=seed)
    return lambda x, y: make_pipeline(columns.encoder(scaled), model).fit(x, y)


def balanced_random_forest(columns, seed, classes):
    """A hundred trees, each of as many examples of every class."""
    model = BalancedRandomForestClassifier(random_state=seed, n_jobs=1)
    return lambda x, y: make_pipeline(columns.encoder(imputer()), model).fit(x, y)


TOOLS = {
    "hist-gradient-boosting": hist_gradient_boosting,
    "xgboost": xgb,
    "logistic-regression": logistic_regression,
    "balanced-random-forest": balanced_random_forest,
}


def scores(model, x, classes):
    """Probabilities [N, K], of classes without training rows 0."""
    all_classes = numpy.zeros((len(x), classes))
    all_classes[:, model.classes_] = model.predict_proba(x)
    return all_classes


def flat(array):
    return array.ravel().tolist()


def answer(tool, command, columns, tensors):
    y = tensors["classes"].numpy()
    train, validation, test = (tensors[part].numpy() for part in ("train", "validation", "test"))
    classes, x = command["classes"], columns.all
    make = lambda: TOOLS[tool](columns, command["seed"], classes)
    validated = scores(make()(x[train], y[train]), x[validation], classes)
    everything = numpy.concatenate([train, validation])
    began, processor = time.perf_counter(), time.process_time()
    model = make()(x[everything], y[everything])
    times = {"seconds": time.perf_counter() - began, "processorSeconds": time.process_time() - processor}
    return {
        "tool": tool,
        "probabilities": flat(scores(model, x[test], classes)),
        "decisions": model.predict(x[test]).tolist(),
        "validation": flat(validated),
        **times,
    }


command = json.load(sys.stdin)
tensors = read_safetensors(command["path"])
columns = Columns(command, tensors)
versions = {"scikit-learn": sklearn.__version__, "xgboost": xgboost.__version__, "imbalanced-learn": imblearn.__version__}
print(json.dumps({"versions": versions}), flush=True)
for tool in command["tools"]:
    print(json.dumps(answer(tool, command, columns, tensors)), flush=True)
