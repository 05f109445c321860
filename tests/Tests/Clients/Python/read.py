"""Reads a card through pyscard: read.py READER COMMAND... prints each answer with its status word."""
import sys

from smartcard.System import readers
from smartcard.util import toBytes

reader = next(one for one in readers() if str(one) == sys.argv[1])
connection = reader.createConnection()
connection.connect()
print(bytes(connection.getATR()).hex())
for command in sys.argv[2:]:
    data, sw1, sw2 = connection.transmit(toBytes(command))
    print((bytes(data) + bytes([sw1, sw2])).hex())
connection.disconnect()
