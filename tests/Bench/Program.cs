Console.WriteLine("Musubi");
