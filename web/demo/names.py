"""Names of people, from many places. Made up: any likeness is chance."""

GIVEN = tuple(
    """
    Aaliyah Abdul Adaeze Agnieszka Ahmed Aiko Alejandra Amara Amir Anahera Anders Anneke Antoine Aroha Arjun
    Astrid Ayodele Beatriz Bilal Björn Bogdan Camila Carlos Chiara Chidi Chloe Daniel Davide Deepa Dimitra
    Dina Eero Ekaterina Elena Elif Emeka Emma Enrique Esther Fatima Farid Femi Fiona Florian Freya Gabriel
    Gita Grace Guillermo Hana Haruto Hassan Helena Hiroshi Ibrahim Ida Ikram Inés Ioana Isabella Ivan Jakub
    Jamila Jana Jasper Javier Jin-ah Joanna João Johanna Kai Kamala Karim Katarzyna Kavya Kenji Kofi Kwame
    Lars Laila Leila Leonor Li Lucía Luca Maeve Magdalena Malik Manuel Marek Mariam Marta Mateo Maya Mei
    Mehmet Mihai Mina Miriam Nadia Naomi Nikhil Nils Noor Nomvula Olga Oluwaseun Omar Oscar Parisa Pedro
    Petra Pooja Priya Quentin Rachel Rafael Rania Ravi Rebecca Rohan Rosa Saanvi Samir Sanna Santiago Sarah
    Selma Shira Sibusiso Simone Siobhan Sofia Soo-jin Stefan Tala Tariq Temitope Thandiwe Theo Thomas Tomasz
    Uma Valentina Vikram Viktor Wanjiru Wei William Ximena Yara Yasmin Yuki Yusuf Zainab Zeynep Zofia
    """.split()
)

FAMILY = tuple(
    """
    Abebe Abadi Adeyemi Aguilar Ahmadi Almeida Andersson Antonescu Arslan Asante Bakker Banerjee Baptiste
    Barros Becker Bianchi Bondarenko Brennan Castillo Chandra Chen Choi Cohen Costa Delgado Demir Desai
    Diallo Dubois Dlamini Eriksen Fernandes Ferrari Fischer Fontaine Gallagher García Georgiou Ghosh
    Gonzalez Gupta Haddad Hakimi Hansen Hernández Hoang Hoffmann Horvat Ibáñez Ibrahim Ito Iyer Jansen
    Jensen Jovanović Kamau Kapoor Katz Kaya Keane Khan Kim Kiplagat Kobayashi Kowalska Kovács Kumar Lambert
    Larsen Lee Levy Lindqvist Lopez Lundgren Machado Mahlangu Makinde Mancini Martin Mbeki McCarthy Mehta
    Mendes Mensah Meyer Moreau Morales Mori Moyo Müller Mwangi Nakamura Nair Ndiaye Nguyen Nielsen Novák
    Nowak O'Connor Obi Okafor Okonkwo Olsen Ong Ortega Osei Owusu Papadopoulos Park Patel Pereira Petrov
    Petrescu Pham Popescu Qureshi Rahman Ramírez Rao Reyes Ricci Rivera Rossi Roy Ruiz Sato Schmidt
    Schneider Sharma Silva Singh Sithole Soares Sokolov Suzuki Svensson Tan Tanaka Tesfaye Torres Tran
    Traoré Tshabalala Ueda Vargas Vasilev Virtanen Volkov Walsh Wang Watanabe Weber Williams Wójcik Wong
    Yamamoto Yılmaz Zhang Zhou Zulu
    """.split()
)
