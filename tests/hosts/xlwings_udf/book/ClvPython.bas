Option Explicit
Option Private Module

' Stands for the module that reaches Python: what the first argument says decides what it answers.
' Anything else is told as a text, so that a test sees what was handed on.

Private mRan As Boolean

Public Function ClvSend(ByVal functionName As String, ByVal args As Variant) As Variant
    Dim wanted As String, table(0 To 2, 0 To 1) As Variant
    If UBound(args) >= 0 Then
        If VarType(args(0)) = vbString Then wanted = args(0)
    End If
    Select Case wanted
    Case "crash"
        mRan = Not mRan
        If mRan Then Err.Raise 462, "stub", "The remote server machine does not exist" & vbCrLf & "or is unavailable"
        ClvSend = 7.5
    Case "absent"
        Err.Raise -2147220991, "clv_xl", "clv_xl: Install it."
    Case "number"
        ClvSend = 1.25
    Case "truth"
        ClvSend = True
    Case "mark"
        ClvSend = Array("x", ChrW$(57345) & Marked("", "user"), ChrW$(57345) & "alone")
    Case "row"
        ClvSend = Array(1.5, Marked("#NUM!", "row sentence"), "x", Marked("#N/A", ""))
    Case "table"
        table(0, 0) = "head"
        table(0, 1) = Marked("#DIV/0!", "first sentence")
        table(1, 0) = 2.5
        table(1, 1) = Marked("#DIV/0!", "")
        table(2, 0) = Marked("#VALUE!", "second sentence")
        table(2, 1) = ""
        ClvSend = table
    Case Else
        If Left$(wanted, 1) = "#" Then
            ClvSend = Marked(wanted, functionName & ": sentence of " & wanted)
        Else
            ClvSend = Told(functionName, args)
        End If
    End Select
End Function

Public Sub ClvStop()
    mRan = False
End Sub

Private Function Marked(ByVal code As String, ByVal sentence As String) As String
    Marked = ChrW$(57345) & code & ChrW$(57345) & sentence
End Function

Private Function Told(ByVal functionName As String, ByVal args As Variant) As String
    Dim i As Long
    Told = functionName
    For i = LBound(args) To UBound(args)
        If IsMissing(args(i)) Then ' LibreOffice can ask this of the element alone, not of a copy
            Told = Told & "|missing"
        Else
            Told = Told & "|" & OneOf(args(i))
        End If
    Next i
End Function

Private Function OneOf(ByVal given As Variant) As String
    Dim i As Long, j As Long
    If IsArray(given) Then
        OneOf = (UBound(given, 1) - LBound(given, 1) + 1) & "x" & (UBound(given, 2) - LBound(given, 2) + 1) & ":"
        For i = LBound(given, 1) To UBound(given, 1)
            If i > LBound(given, 1) + 9 Then Exit For
            For j = LBound(given, 2) To UBound(given, 2)
                OneOf = OneOf & OneOf(given(i, j)) & ","
            Next j
        Next i
    ElseIf IsObject(given) Then
        OneOf = "object"
    ElseIf IsError(given) Then
        OneOf = "error"
    ElseIf IsEmpty(given) Then
        OneOf = "empty"
    ElseIf VarType(given) = vbBoolean Then
        OneOf = IIf(given, "TRUE", "FALSE")
    ElseIf VarType(given) = vbString Then
        OneOf = "'" & given & "'"
    Else
        OneOf = CStr(given)
    End If
End Function
