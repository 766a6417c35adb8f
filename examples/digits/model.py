"""Two models of scikit-learn on its handwritten digits, as a training function for arcsweep."""

import pickle

import sklearn
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from arcsweep.protocol import EpochReport


def new_model(params, seed):
    if params["model"] == "linear":
        return SGDClassifier(
            loss="log_loss", alpha=params["alpha"], penalty=params["penalty"], random_state=seed
        )
    return MLPClassifier(
        hidden_layer_sizes=(params["hidden"],) * params["layers"],
        learning_rate_init=params["lr"],
        alpha=params["alpha"],
        random_state=seed,
    )


class Digits:
    def __init__(self, epochs):
        self.epochs = epochs
        images, digits = load_digits(return_X_y=True)  # (1797, 64) in 0…16, (1797,)
        self.sides = train_test_split(images / 16, digits, test_size=0.25, random_state=0)

    def fingerprint(self):
        return {"data": "digits, a quarter validates", "sklearn": sklearn.__version__,
                "epochs": str(self.epochs)}  # fmt: skip

    def train(self, params, seed, reporter):
        x_train, x_val, y_train, y_val = self.sides
        saved = reporter.saved_state()
        epoch, model = pickle.loads(saved) if saved else (0, new_model(params, seed))
        while epoch < self.epochs:
            epoch += 1
            model.partial_fit(x_train, y_train, classes=range(10))
            state = pickle.dumps((epoch, model))
            accuracy = model.score(x_val, y_val)
            reporter.report(EpochReport(epoch, accuracy), lambda state=state: state)


def build(config, paths):
    return Digits(config.training.epochs)
