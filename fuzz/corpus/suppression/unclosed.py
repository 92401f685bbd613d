[#noqa
