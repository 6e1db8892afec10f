"""The files of CIFAR-10 and CIFAR-100 as their authors publish them: names, sizes, hashes, class names."""

from __future__ import annotations

from dataclasses import dataclass

SITE = "https://www.cs.toronto.edu/~kriz/"
HOSTS = ("www.cs.toronto.edu", "cave.cs.toronto.edu")  # the authors' page moved; the first forwards to the second
PIXELS = 3 * 32 * 32
TRAIN_IMAGES = 50_000


@dataclass(frozen=True)
class File:
    """One file of a version.

    Parameters
    ----------
    name : str
        Its name in the version's folder.
    size : int
        Bytes.
    md5 : str
        Of the archives as on the authors' page, of the python version's files as in torchvision, of the binary
        version's files computed by ltviz.
    sha256 : str
        Of the python version's files computed by ltviz where the md5 was right; of the binary version's files computed
        from the same images and labels; of the archives as other projects (Keras, TensorFlow Datasets) list it.
    """

    name: str
    size: int
    md5: str
    sha256: str


@dataclass(frozen=True)
class Version:
    """One of the published versions: a folder of files, and the archive that it comes in."""

    folder: str
    archive: File
    train: tuple[File, ...]
    test: tuple[File, ...]
    others: tuple[File, ...] = ()
    label_bytes: int = 0  # of a record of the binary version; 0 is the python version

    @property
    def files(self) -> tuple[File, ...]:
        """Every file that has a hash."""
        return (*self.train, *self.test, *self.others)


@dataclass(frozen=True)
class Published:
    """A data set: its versions, the python one first, and the hash of what they all hold.

    Parameters
    ----------
    title : str
        As it is written.
    label_key : str
        Of the python version.
    versions : tuple of Version
    content : dict of str to str
        SHA-256 of each split: the labels as bytes, then the images as (N, 32, 32, 3) bytes.
    class_names : tuple of str
        By class id.
    """

    title: str
    label_key: str
    versions: tuple[Version, ...]
    content: dict[str, str]
    class_names: tuple[str, ...]


def _version(text: str) -> Version:
    """Read a table: folder, number of training files and label bytes; the archive, the training files, test, others."""
    (folder, train, label_bytes), archive, *files = (line.split() for line in text.strip().splitlines())
    known = tuple(File(name, int(size), md5, sha256) for name, size, md5, sha256 in (archive, *files))
    test = 1 + int(train)
    return Version(folder, known[0], known[1:test], known[test : test + 1], known[test + 1 :], int(label_bytes))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PY10 = _version("""
cifar-10-batches-py 5 0
cifar-10-python.tar.gz 170498071 c58f30108f718f92721af3b95e74349a 6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce
data_batch_1 31035704 c99cafc152244af753f735de768cd75f 54636561a3ce25bd3e19253c6b0d8538147b0ae398331ac4a2d86c6d987368cd
data_batch_2 31035320 d4bba439e000b95fd0a9bffe97cbabec 766b2cef9fbc745cf056b3152224f7cf77163b330ea9a15f9392beb8b89bc5a8
data_batch_3 31035999 54ebc095f3ab1f0389bbae665268c751 0f00d98ebfb30b3ec0ad19f9756dc2630b89003e10525f5e148445e82aa6a1f9
data_batch_4 31035696 634d18415352ddfa80567beed471001a 3f7bb240661948b8f4d53e36ec720d8306f5668bd0071dcb4e6c947f78e9682b
data_batch_5 31035623 482c414d41f54cd18b22e5b47cb7c3cb d91802434d8376bbaeeadf58a737e3a1b12ac839077e931237e0dcd43adcb154
test_batch 31035526 40351d587109b95175f43aff81a1287e f53d8d457504f7cff4ea9e021afcf0e0ad8e24a91f3fc42091b8adef61157831
batches.meta 158 5ff9c542aee3614f3951f8cda6e48888 f962466ef690d46b226450fb9aadc74ba4bc64a76aa526b5827fe4bc5c7125cb
""")  # noqa: E501
_BIN10 = _version("""
cifar-10-batches-bin 5 1
cifar-10-binary.tar.gz 170052171 c32a1d4ab5d03f1284b67883e8d87530 c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd
data_batch_1.bin 30730000 5dd7e06a14cb22eb9f671a540d1b7c25 cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5
data_batch_2.bin 30730000 5ea93a67294ea407fff1d09f752e9692 a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed
data_batch_3.bin 30730000 942cd6a4bcdd0dd3c604fbe906cb4421 bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67
data_batch_4.bin 30730000 ae636b3ba5c66a11e91e8cb52e771fcb 014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48
data_batch_5.bin 30730000 53f37980c15c3d472c316c40844f3f0d 755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add
test_batch.bin 30730000 803d5f7f4d78ea53de84dbe85f74fb6d 8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b
""")  # noqa: E501
_PY100 = _version("""
cifar-100-python 1 0
cifar-100-python.tar.gz 169001437 eb9058c3a382ffc7106e4002c42a8d85 85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7
train 155249918 16019d7e3df5f24257cddd939b257f8d 735e79b04f092ca3d2e6d07f368c0a7d70d48c48d28865950cc24454cf45129b
test 31049707 f0ef6b0ae62326f3e7ffdfab6717acfc 4b67687d9933c4db8f0831104447f15b93774f4f464bd0516f0f0f2ac83b7864
meta 1473 7973b15100ade9c7d40fb424638fde48 a5d4786345c961390f865e93b434dbd5c6904ce880667e0cb888c97d449f28b9
""")  # noqa: E501
_BIN100 = _version("""
cifar-100-binary 1 2
cifar-100-binary.tar.gz 168513733 03b5dce01913d631647c71ecec9e9cb8 58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec
train.bin 153700000 6172c7755cfe09b2fe270c85cebc1b15 f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29
test.bin 30740000 4499cfba6c016c1be1438163640a0898 d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a
""")  # noqa: E501

_CLASSES10 = _words("airplane automobile bird cat deer dog frog horse ship truck")
_CLASSES100 = _words("""
apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can
castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin
elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard
lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear
pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal
shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank
telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm
""")

PUBLISHED = {
    "cifar10": Published(
        "CIFAR-10",
        "labels",
        (_PY10, _BIN10),
        {
            "train": "d12c98b5c6d1c8f3ee705d14ab38dccf995510e8044d36d18154ece4e3b8060f",
            "test": "1695efc9dc931b768f20f5cb2956256bc3a12eba128a3d7f6f8a6a6910d3b57e",
        },
        _CLASSES10,
    ),
    "cifar100": Published(
        "CIFAR-100",
        "fine_labels",
        (_PY100, _BIN100),
        {
            "train": "d357efad4131e5040a297def45b30e90fa5908b63ce6c052ba4b8b5851fab0d0",
            "test": "8cd5873bd2bc99990f2da1eeefe038d6caeea5cd72ebcce25babb0ae9f144ded",
        },
        _CLASSES100,
    ),
}
