"""Which values are secrets that are written down, and which only look so."""

import base64
import time
from hashlib import sha256

import pytest

from srm_lint.model.condition import Truth
from srm_lint.model.source import Span
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value
from srm_lint.policy import secrets
from srm_lint.policy.predicates import decided, verbs
from srm_lint.policy.secret_texts import MAX_TEXT

SPAN = Span("main.tf", 1, 1, 1, 2)
KEY_ID = "AKIA" + "ABCDEFGH" * 2
KEY = base64.b64encode(sha256(b"a key of nobody's").digest()).decode()[:40]


def text(data: str | bool | int | None) -> Scalar:
    return Scalar(span=SPAN, data=data)


def unknown(*pieces: str | None, references: tuple[str, ...] = ("var.x",)) -> Unknown:
    return Unknown(span=SPAN, reason="var.x has no value", references=references, pieces=pieces)


def variables(**members: Value | str) -> Object:
    made = {name: text(one) if isinstance(one, str) else one for name, one in members.items()}
    return Object(span=SPAN, members=made)


def ask(verb: str, value: Value, wanted: object = True) -> Truth:
    return decided(value, lambda one: verbs()[verb].ask(one, wanted))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (text("correct horse"), Truth.TRUE),
        (text("changeme"), Truth.TRUE),
        (text(12345678), Truth.TRUE),
        (text(""), Truth.FALSE),
        (text("null"), Truth.FALSE),
        (text(None), Truth.FALSE),
        (Absent(span=SPAN), Truth.FALSE),
        (text("{{resolve:secretsmanager:db:SecretString:password}}"), Truth.FALSE),
        (unknown(None, references=("{{resolve:secretsmanager:db}}",)), Truth.FALSE),
        (unknown(references=("random_password.db",)), Truth.FALSE),
        (unknown(references=("data.aws_ssm_parameter.db",)), Truth.FALSE),
        (unknown(references=("var.password",)), Truth.FALSE),
        (unknown(references=()), Truth.UNKNOWN),
        (Unknown(span=SPAN, reason="it depends", candidates=(text("a"), text("b"))), Truth.TRUE),
        (Unknown(span=SPAN, reason="it depends", candidates=(text("a"), Absent(span=SPAN))), Truth.UNKNOWN),
    ],
)
def test_a_password_is_hard_coded(value: Value, expected: Truth) -> None:
    assert ask("hardcoded", value) is expected
    assert ask("hardcoded", value, wanted=False) is expected.mirrored()


@pytest.mark.parametrize(
    "written",
    [
        "export DB_PASSWORD=hunter2!",
        "DB_PASSWORD = 'hunter2!'",
        'password: "correct horse"',
        '{"password":"hunter22"}',
        "mysqladmin --password=hunter2! status",
        "wp config create --dbuser=root --dbpass='hunter22'",
        "define( 'DB_PASSWORD', 'hunter22' );",
        f"export AWS_ACCESS_KEY_ID={KEY_ID}\nexport X={KEY}\n",
        f"aws configure set aws_secret_access_key={KEY}",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "postgres://orders:p4ssw0rd@db.internal/orders",
        "token ghp_" + "a1B2" * 9,
        "https://hooks.slack.com/services/" + "T00000000/B00000000/" + "Ab12" * 6,
        "TOKEN=a8f5f167f44f4964e6c998dee827110c",
        base64.b64encode(b"#!/bin/sh\nexport DB_PASSWORD=hunter2!\n").decode(),
    ],
)
def test_texts_with_secrets(written: str) -> None:
    assert ask("holds_secret", text(written)) is Truth.TRUE


@pytest.mark.parametrize(
    "written",
    [
        "",
        "#!/bin/bash\nyum -y install httpd\n",
        "DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db)",
        "DB_PASSWORD=`cat /run/secret`",
        "PASSWORD=$1",
        'if [ "$PASSWORD" == "" ]; then exit 1; fi',
        "MYSQL_ROOT_PASSWORD_FILE=/run/secrets/mysql",
        "PWD=/home/ec2-user",
        "password = os.environ['DB_PASSWORD']",
        "password = settings.password",
        "password: event.settings.password",
        '{"username": username, "password": password}',
        "AccessToken: hours",
        "password=changeme",
        "define('DB_PASSWORD', getenv('DB_PASSWORD'));",
        "bypass=proxies.example.com",
        "password: <your password>",
        "password: {{ db_password }}",
        "token: enabled",
        "TOKEN=$(curl -X PUT http://169.254.169.254/latest/api/token)",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-a1B2c3",
        "postgres://orders:${DB_PASSWORD}@db.internal/orders",
        f"export AWS_ACCESS_KEY_ID={KEY_ID}",
        f"sha={KEY}",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----",
        base64.b64encode(b"#!/bin/sh\necho hello, world\n").decode(),
    ],
)
def test_texts_without_secrets(written: str) -> None:
    assert ask("holds_secret", text(written)) is Truth.FALSE


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (variables(DB_PASSWORD="correct-horse"), Truth.TRUE),
        (variables(dbPassword="correct-horse"), Truth.TRUE),
        (variables(DATABASE_URL="postgres://u:p4ssw0rd@h/d"), Truth.TRUE),
        (variables(STAGE="prod", access_key=KEY_ID, secret_key=KEY), Truth.TRUE),
        (variables(API_TOKEN=unknown(references=("var.token",))), Truth.UNKNOWN),
        (variables(URL=unknown("https://u:", None, "@h")), Truth.UNKNOWN),
        (variables(DB_PASSWORD=unknown(None)), Truth.UNKNOWN),
        (variables(DB_SECRET_ARN=unknown(references=("aws_secretsmanager_secret.db",))), Truth.FALSE),
        (variables(TABLE=unknown()), Truth.FALSE),
        (variables(DB_SECRET="orders/db", SECRET_NAME="orders"), Truth.FALSE),
        (variables(DB_PASSWORD_PARAMETER="/orders/db/password"), Truth.FALSE),
        (variables(DB_PASSWORD="{{resolve:secretsmanager:db}}"), Truth.FALSE),
        (variables(PASSWORD_REQUIRED="true", TOKEN="none"), Truth.FALSE),
        (variables(), Truth.FALSE),
        (Absent(span=SPAN), Truth.FALSE),
        (unknown(), Truth.UNKNOWN),
    ],
)
def test_environments(environment: Value, expected: Truth) -> None:
    assert ask("holds_secret", environment) is expected


@pytest.mark.parametrize(
    ("called", "value", "expected"),
    [
        ("password", text("correct-horse"), Truth.TRUE),
        ("password", unknown(), Truth.FALSE),
        ("password", unknown(None, references=("var.x",)), Truth.FALSE),
        ("url", unknown("postgres://u:", None, "@h"), Truth.FALSE),
        ("url", unknown("postgres://u:p4ssw0rd@", None), Truth.TRUE),
        ("name", text("correct-horse"), Truth.FALSE),
        ("password", text("{{resolve:ssm-secure:p}}"), Truth.FALSE),
        ("password", Unknown(span=SPAN, reason="x", candidates=(text("correct-horse"), text(""))), Truth.UNKNOWN),
        ("password", Unknown(span=SPAN, reason="x", candidates=(unknown(), Absent(span=SPAN))), Truth.FALSE),
    ],
)
def test_a_text_spells_out_a_secret_or_it_comes_from_elsewhere(called: str, value: Value, expected: Truth) -> None:
    assert ask("spells_out_secret", variables(name=called, value=value)) is expected
    assert ask("spells_out_secret", variables(name=called, value=value), wanted=False) is expected.mirrored()


def test_a_known_secret_beside_something_unknown_decides() -> None:
    assert ask("holds_secret", variables(API_KEY=unknown(), DB_PASSWORD="correct-horse")) is Truth.TRUE


def test_a_choice_is_unknown_unless_every_branch_holds_one() -> None:
    one_of = Unknown(span=SPAN, reason="it depends", candidates=(text("correct-horse"), text("")))
    both = Unknown(span=SPAN, reason="it depends", candidates=(text("correct-horse"), text("battery-staple")))
    assert ask("holds_secret", variables(DB_PASSWORD=one_of)) is Truth.UNKNOWN
    assert ask("holds_secret", variables(DB_PASSWORD=both)) is Truth.TRUE


def test_named_values_in_lists_are_looked_at() -> None:
    listed = List(span=SPAN, items=(variables(Name="DB_PASSWORD", Value="correct-horse"),))
    assert ask("holds_secret", listed) is Truth.TRUE


def test_text_with_gaps_is_looked_at_around_them() -> None:
    assert ask("holds_secret", unknown("DB_PASSWORD=correct-horse start --region ", None)) is Truth.TRUE
    assert ask("holds_secret", unknown("#!/bin/sh\nstart --region ", None)) is Truth.FALSE
    assert ask("holds_secret", unknown("DB_PASSWORD=", None)) is Truth.UNKNOWN


def test_no_sentence_quotes_a_value() -> None:
    assert all("{value}" not in verb.says for verb in secrets.VERBS)


def test_time_is_bounded() -> None:
    hostile = "password" * 50_000 + "a.b" * 50_000 + "eyJ" * 50_000 + "x://" * 50_000
    started = time.monotonic()
    assert ask("holds_secret", text(hostile)) is not Truth.TRUE
    assert ask("holds_secret", text("=" * (MAX_TEXT + 10))) is Truth.FALSE
    assert time.monotonic() - started < 5
